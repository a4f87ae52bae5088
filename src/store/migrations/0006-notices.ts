import type { ColumnDefinitionBuilder } from "kysely";
import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Never edited once released: a change of the schema is a new migration. */
export const notices: Migration = {
  version: 6,
  name: "channels, notices, messages",
  async up(db, { growingKey }) {
    await db.schema
      .createTable("channels")
      .addColumn("id", "text", (column) => column.primaryKey())
      .addColumn("name", "text", notNull)
      .addColumn("settings", "text", notNull)
      .addColumn("filter", "text", notNull)
      .addColumn("digest_ms", "integer", notNull)
      .addColumn("is_enabled", "integer", notNull)
      .addColumn("created_at", "bigint", notNull)
      .addColumn("updated_at", "bigint", notNull)
      .execute();
    await db.schema
      .createTable("notices")
      .addColumn("number", growingKey.type, growingKey.build)
      .addColumn("ripe_at", "bigint", notNull)
      .addColumn("job_id", "text")
      .addColumn("body", "text", notNull)
      .execute();
    await db.schema.createIndex("notices_ripe").on("notices").column("ripe_at").execute();
    await db.schema
      .createTable("messages")
      .addColumn("number", growingKey.type, growingKey.build)
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("channel", "text", (column) =>
        column.notNull().references("channels.id").onDelete("cascade"),
      )
      .addColumn("created_at", "bigint", notNull)
      .addColumn("due_at", "bigint", notNull)
      .addColumn("attempts", "integer", notNull)
      .addColumn("state", "text", notNull)
      .addColumn("owner", "text")
      .addColumn("finished_at", "bigint")
      .addColumn("answer", "text")
      .addColumn("digest", "text", notNull)
      .execute();
    await db.schema
      .createIndex("messages_waiting")
      .on("messages")
      .columns(["channel", "number"])
      .where(sql<boolean>`state = 'waiting'`)
      .execute();
    await db.schema
      .createIndex("messages_of_channel")
      .on("messages")
      .columns(["channel", "number"])
      .execute();
  },
};
