import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const sharing: Migration = {
  version: 14,
  name: "files that are fetched once for each site",
  async up(db) {
    await db.schema.alterTable("job_groups").addColumn("share", "text").execute();
    await db.schema.alterTable("nodes").addColumn("share_address", "text").execute();
    await db.schema.alterTable("jobs").addColumn("share_key", "text").execute();
    await db.schema.alterTable("jobs").addColumn("share_site", "text").execute();
    await db.schema
      .alterTable("jobs")
      .addColumn("share_first", "integer", (column) => column.notNull().defaultTo(0))
      .execute();
    await db.schema.alterTable("jobs").addColumn("share_node", "text").execute();
    await db.schema.alterTable("jobs").addColumn("share_file", "text").execute();
    await db.schema
      .createIndex("jobs_share")
      .on("jobs")
      .columns(["share_key", "sequence"])
      .where(sql<boolean>`share_key is not null`)
      .execute();
    await db.schema
      .createIndex("jobs_share_unread")
      .on("jobs")
      .columns(["place_name", "kind"])
      .where(sql<boolean>`share_key is not null and share_file is null`)
      .execute();
    await db.schema
      .createIndex("jobs_share_waiting")
      .on("jobs")
      .column("share_node")
      .where(sql<boolean>`share_node is not null`)
      .execute();
    // Two firsts would fetch twice: whatever a process believes, there is one.
    await db.schema
      .createIndex("jobs_share_first")
      .unique()
      .on("jobs")
      .column("share_key")
      .where(sql<boolean>`share_first = 1`)
      .execute();
  },
};
