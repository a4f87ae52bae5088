import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const createdMembers: Migration = {
  version: 13,
  name: "which jobs are in the queue for a group alone, and how many came to it",
  async up(db) {
    await db.schema
      .alterTable("group_members")
      .addColumn("created", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema
      .alterTable("job_groups")
      .addColumn("joined", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await sql`update job_groups set joined =
      (select count(*) from group_members m where m.group_number = job_groups.number)`.execute(db);
  },
};
