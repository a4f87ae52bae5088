import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const jobs: Migration = {
  version: 1,
  name: "jobs, history, changes, counts, facts",
  async up(db, { growingKey, key, bytewiseText }) {
    await db.schema
      .createTable("jobs")
      .addColumn("sequence", growingKey.type, growingKey.build)
      .addColumn("id", "text", (column) => column.notNull().unique())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("lane", bytewiseText, (column) => column.notNull())
      .addColumn("place_kind", "text", (column) => column.notNull())
      .addColumn("place_name", "text", (column) => column.notNull())
      .addColumn("rank", "integer", (column) => column.notNull())
      .addColumn("not_before", "bigint", (column) => column.notNull())
      .addColumn("after_id", "text")
      .addColumn("waits_for", "text")
      .addColumn("epoch", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("slot", "integer")
      .addColumn("lease_owner", "text")
      .addColumn("lease_expires_at", "bigint")
      .addColumn("limit_rate", "bigint")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("updated_at", "bigint", (column) => column.notNull())
      .addColumn("started_at", "bigint")
      .addColumn("ended_at", "bigint")
      .addColumn("size_key", "bigint", (column) => column.notNull())
      .addColumn("sort_name", bytewiseText, (column) => column.notNull())
      .addColumn("destination", "text")
      .addColumn("name", "text", (column) => column.notNull())
      // The long ones come last: reading the others then does not touch them.
      .addColumn("checksum_state", "text")
      .addColumn("progress", "text", (column) => column.notNull())
      .addColumn("state", "text", (column) => column.notNull())
      .addColumn("source", "text", (column) => column.notNull())
      .addColumn("steps", "text", (column) => column.notNull())
      .addCheckConstraint(
        "jobs_running_has_lease",
        sql`(kind = 'running') = (slot is not null and lease_owner is not null and lease_expires_at is not null)`,
      )
      .addCheckConstraint(
        "jobs_ended_has_time",
        sql`(kind in ('complete', 'failed', 'cancelled')) = (ended_at is not null)`,
      )
      .execute();

    // One writer per path, and never more of a lane at work than its limit: whatever a process believes.
    await db.schema
      .createIndex("jobs_live_destination")
      .unique()
      .on("jobs")
      .columns(["lane", "destination"])
      .where(sql<boolean>`kind in ('pending', 'running', 'paused', 'blocked') and destination is not null`)
      .execute();
    await db.schema
      .createIndex("jobs_running_slot")
      .unique()
      .on("jobs")
      .columns(["lane", "slot"])
      .where(sql<boolean>`kind = 'running'`)
      .execute();

    // The queue.
    await db.schema
      .createIndex("jobs_claimable")
      .on("jobs")
      .columns(["lane", "rank", "sequence", "not_before"])
      .where(sql<boolean>`kind = 'pending' and waits_for is null`)
      .execute();
    await db.schema
      .createIndex("jobs_due")
      .on("jobs")
      .columns(["kind", "not_before"])
      .where(sql<boolean>`not_before > 0`)
      .execute();
    await db.schema
      .createIndex("jobs_after")
      .on("jobs")
      .column("after_id")
      .where(sql<boolean>`after_id is not null`)
      .execute();

    // Pages: one index per sort, by state, so that a page of any states is a few short walks.
    for (const [name, columns] of [
      ["jobs_by_arrival", ["kind", "sequence", "place_name"]],
      ["jobs_by_name", ["kind", "sort_name", "sequence", "place_name"]],
      ["jobs_by_size", ["kind", "size_key", "sequence", "place_name"]],
      ["jobs_by_rank", ["kind", "rank", "sequence", "place_name"]],
    ] as const) {
      await db.schema
        .createIndex(name)
        .on("jobs")
        .columns([...columns])
        .execute();
    }
    await db.schema
      .createIndex("jobs_destination")
      .on("jobs")
      .columns(["destination", "place_name"])
      .where(sql<boolean>`destination is not null`)
      .execute();
    await db.schema
      .createIndex("jobs_ended")
      .on("jobs")
      .columns(["kind", "ended_at"])
      .where(sql<boolean>`ended_at is not null`)
      .execute();

    // Apart from the jobs, whose rows are long: a search that finds nothing reads all of it.
    await db.schema
      .createTable("search_texts")
      .addColumn("job", key, (column) => column.primaryKey().references("jobs.sequence").onDelete("cascade"))
      .addColumn("text", "text", (column) => column.notNull())
      .execute();

    await db.schema
      .createTable("history")
      .addColumn("job", key, (column) => column.notNull().references("jobs.sequence").onDelete("cascade"))
      .addColumn("line", "integer", (column) => column.notNull())
      .addColumn("at", "bigint", (column) => column.notNull())
      .addColumn("from_kind", "text")
      .addColumn("to_kind", "text", (column) => column.notNull())
      .addColumn("reason", "text", (column) => column.notNull())
      .addColumn("failure", "text")
      .addPrimaryKeyConstraint("history_key", ["job", "line"])
      .execute();

    await db.schema
      .createTable("changes")
      .addColumn("cursor", growingKey.type, growingKey.build)
      .addColumn("job_id", "text", (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("at", "bigint", (column) => column.notNull())
      .execute();

    await db.schema
      .createTable("job_counts")
      .addColumn("lane", bytewiseText, (column) => column.notNull())
      .addColumn("kind", "text", (column) => column.notNull())
      .addColumn("n", "integer", (column) => column.notNull().check(sql`n >= 0`))
      .addPrimaryKeyConstraint("job_counts_key", ["lane", "kind"])
      .execute();

    await db.schema
      .createTable("facts")
      .addColumn("key", "text", (column) => column.primaryKey())
      .addColumn("value", "text", (column) => column.notNull())
      .execute();
  },
};
