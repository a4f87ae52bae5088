import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const waits: Migration = {
  version: 7,
  name: "an index of waits",
  async up(db) {
    await db.schema
      .createIndex("jobs_longest_wait")
      .on("jobs")
      .columns(["lane", "updated_at", "sequence", "not_before"])
      .where(sql<boolean>`kind = 'pending' and waits_for is null`)
      .execute();
  },
};
