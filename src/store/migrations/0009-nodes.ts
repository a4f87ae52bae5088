import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Never edited once released: a change of the schema is a new migration. */
export const nodes: Migration = {
  version: 9,
  name: "nodes, accepted keys, labels that hosts ask for",
  // Earlier programs do not know that there is such a number; from here on what is only added is no obstacle.
  oldest: 9,
  async up(db, { bytewiseText }) {
    await db.schema
      .createTable("nodes")
      .addColumn("name", bytewiseText, (column) => column.notNull().primaryKey())
      .addColumn("kind", "text", notNull)
      .addColumn("version", "text", notNull)
      .addColumn("address", "text")
      .addColumn("labels", "text", notNull)
      .addColumn("folders", "text", notNull)
      .addColumn("run", "text", notNull)
      .addColumn("token_hash", "text")
      .addColumn("started_at", "bigint", notNull)
      .addColumn("heartbeat_at", "bigint", notNull)
      .addColumn("left_at", "bigint")
      .addColumn("draining_since", "bigint")
      .addColumn("drained_at", "bigint")
      .execute();
    await db.schema
      .createTable("accepted_keys")
      .addColumn("name", bytewiseText, notNull)
      .addColumn("line", bytewiseText, notNull)
      .addColumn("accepted_at", "bigint", notNull)
      .addPrimaryKeyConstraint("accepted_keys_key", ["name", "line"])
      .execute();
    await db.schema
      .alterTable("hosts")
      .addColumn("labels", "text", (column) => column.notNull().defaultTo("{}"))
      .execute();
    await db.schema.alterTable("hosts").addColumn("ran_on", "text").execute();
    await db.schema.alterTable("hosts").addColumn("ran_at", "bigint").execute();
  },
};
