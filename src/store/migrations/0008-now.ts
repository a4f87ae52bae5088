import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const now: Migration = {
  version: 8,
  name: "jobs that run whatever the hour",
  async up(db) {
    await db.schema
      .alterTable("jobs")
      .addColumn("runs_now", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .createIndex("jobs_now")
      .on("jobs")
      .columns(["lane", "rank", "sequence", "not_before"])
      .where(sql<boolean>`kind = 'pending' and waits_for is null and runs_now = 1`)
      .execute();
  },
};
