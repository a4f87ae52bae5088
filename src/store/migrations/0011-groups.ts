import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Never edited once released: a change of the schema is a new migration. */
export const groups: Migration = {
  version: 11,
  name: "groups of jobs",
  async up(db, { growingKey, key }) {
    await db.schema
      .createTable("job_groups")
      .addColumn("number", growingKey.type, growingKey.build)
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("name", "text", notNull)
      .addColumn("asked_by", "text")
      .addColumn("created_at", "bigint", notNull)
      .addColumn("sources", "text", notNull)
      .addColumn("places", "text", notNull)
      .execute();
    await db.schema
      .createTable("group_members")
      .addColumn("group_number", key, (column) =>
        column.notNull().references("job_groups.number").onDelete("cascade"),
      )
      .addColumn("job_id", "text", notNull)
      .addColumn("source", "integer", notNull)
      .addColumn("place_kind", "text", notNull)
      .addColumn("place_name", "text", notNull)
      .addColumn("gone_bytes", "bigint")
      .addPrimaryKeyConstraint("group_members_key", ["group_number", "job_id"])
      .execute();
    await db.schema.createIndex("group_members_job").on("group_members").column("job_id").execute();
    await db.schema.alterTable("jobs").addColumn("group_ids", "text").execute();
  },
};
