import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const settings: Migration = {
  version: 5,
  name: "settings",
  async up(db) {
    await db.schema
      .createTable("settings")
      .addColumn("name", "text", (column) => column.primaryKey().notNull())
      // Null: none, which is something else than not changed.
      .addColumn("text", "text")
      .addColumn("changed_at", "bigint", (column) => column.notNull())
      .execute();
  },
};
