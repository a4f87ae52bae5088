import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const messageNode: Migration = {
  version: 12,
  name: "commands for the machine that has the file",
  async up(db) {
    await db.schema.alterTable("messages").addColumn("node", "text").execute();
  },
};
