import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const afterRun: Migration = {
  version: 10,
  name: "commands after a job",
  async up(db) {
    await db.schema.alterTable("jobs").addColumn("after_run", "text").execute();
  },
};
