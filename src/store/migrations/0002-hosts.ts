import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Never edited once released: a change of the schema is a new migration. */
export const hosts: Migration = {
  version: 2,
  name: "hosts",
  async up(db, { bytewiseText }) {
    await db.schema
      .createTable("hosts")
      .addColumn("id", "text", (column) => column.primaryKey())
      // One host per account of a machine, whoever pastes its connection string at the same moment.
      .addColumn("identity", bytewiseText, (column) => column.notNull().unique())
      .addColumn("label", "text", notNull)
      .addColumn("connection", "text", notNull)
      .addColumn("address", "text", notNull)
      .addColumn("port", "integer", notNull)
      .addColumn("login", "text")
      .addColumn("instance_id", "text", notNull)
      .addColumn("ui_home", "text")
      .addColumn("tags", "text", notNull)
      .addColumn("limits", "text", notNull)
      .addColumn("created_at", "bigint", notNull)
      .addColumn("updated_at", "bigint", notNull)
      .addColumn("last_seen_at", "bigint")
      .addColumn("findings", "text")
      .addColumn("question", "text")
      .execute();
  },
};
