import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const noDue: Migration = {
  version: 15,
  name: "no index of when jobs are due",
  async up(db) {
    // Nobody asks for it: jobs whose time has come are found by the claim, and each retry had to be written there, too.
    await db.schema.dropIndex("jobs_due").execute();
  },
};
