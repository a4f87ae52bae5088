import { sql } from "kysely";
import type { ColumnDefinitionBuilder } from "kysely";
import type { ColumnTypes } from "../backend.ts";
import type { Migration } from "../migrate.ts";
import type { Db } from "../schema.ts";

/** Never edited once released: a change of the schema is a new migration. */
export const jobs: Migration = {
  version: 1,
  name: "jobs, history, changes, counts, facts",
  async up(db, types) {
    await createJobs(db, types);
    await guardJobs(db);
    await indexQueue(db);
    await indexPages(db);
    await createPartsOfJobs(db, types);
    await createLists(db, types);
  },
};

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

async function createJobs(db: Db, { growingKey, bytewiseText }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("jobs")
    .addColumn("sequence", growingKey.type, growingKey.build)
    .addColumn("id", "text", (column) => column.notNull().unique())
    .addColumn("kind", "text", notNull)
    .addColumn("lane", bytewiseText, notNull)
    .addColumn("place_kind", "text", notNull)
    .addColumn("place_name", "text", notNull)
    .addColumn("rank", "integer", notNull)
    .addColumn("not_before", "bigint", notNull)
    .addColumn("after_id", "text")
    .addColumn("waits_for", "text")
    .addColumn("epoch", "integer", (column) => column.notNull().defaultTo(0))
    .addColumn("slot", "integer")
    .addColumn("lease_owner", "text")
    .addColumn("lease_expires_at", "bigint")
    .addColumn("limit_rate", "bigint")
    .addColumn("created_at", "bigint", notNull)
    .addColumn("updated_at", "bigint", notNull)
    .addColumn("started_at", "bigint")
    .addColumn("ended_at", "bigint")
    .addColumn("size_key", "bigint", notNull)
    .addColumn("sort_name", bytewiseText, notNull)
    .addColumn("destination", "text")
    .addColumn("name", "text", notNull)
    // The long ones come last: reading the others then does not touch them.
    .addColumn("checksum_state", "text")
    .addColumn("progress", "text", notNull)
    .addColumn("state", "text", notNull)
    .addColumn("source", "text", notNull)
    .addColumn("steps", "text", notNull)
    .addCheckConstraint(
      "jobs_running_has_lease",
      sql`(kind = 'running') = (slot is not null and lease_owner is not null and lease_expires_at is not null)`,
    )
    .addCheckConstraint(
      "jobs_ended_has_time",
      sql`(kind in ('complete', 'failed', 'cancelled')) = (ended_at is not null)`,
    )
    .execute();
}

/** One writer per path, and never more of a lane at work than its limit: whatever a process believes. */
async function guardJobs(db: Db): Promise<void> {
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
}

async function indexQueue(db: Db): Promise<void> {
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
}

async function indexPages(db: Db): Promise<void> {
  // One index per sort, by state, so that a page of any states is a few short walks.
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
}

/** What goes when its job goes. */
async function createPartsOfJobs(db: Db, { key }: ColumnTypes): Promise<void> {
  // Apart from the jobs, whose rows are long: a search that finds nothing reads all of it.
  await db.schema
    .createTable("search_texts")
    .addColumn("job", key, (column) => column.primaryKey().references("jobs.sequence").onDelete("cascade"))
    .addColumn("text", "text", notNull)
    .execute();
  await db.schema
    .createTable("history")
    .addColumn("job", key, (column) => column.notNull().references("jobs.sequence").onDelete("cascade"))
    .addColumn("line", "integer", notNull)
    .addColumn("at", "bigint", notNull)
    .addColumn("from_kind", "text")
    .addColumn("to_kind", "text", notNull)
    .addColumn("reason", "text", notNull)
    .addColumn("failure", "text")
    .addPrimaryKeyConstraint("history_key", ["job", "line"])
    .execute();
}

async function createLists(db: Db, { growingKey, bytewiseText }: ColumnTypes): Promise<void> {
  await db.schema
    .createTable("changes")
    .addColumn("cursor", growingKey.type, growingKey.build)
    .addColumn("job_id", "text", notNull)
    .addColumn("kind", "text", notNull)
    .addColumn("at", "bigint", notNull)
    .execute();
  await db.schema
    .createTable("job_counts")
    .addColumn("lane", bytewiseText, notNull)
    .addColumn("kind", "text", notNull)
    .addColumn("n", "integer", (column) => column.notNull().check(sql`n >= 0`))
    .addPrimaryKeyConstraint("job_counts_key", ["lane", "kind"])
    .execute();
  await db.schema
    .createTable("facts")
    .addColumn("key", "text", (column) => column.primaryKey())
    .addColumn("value", "text", notNull)
    .execute();
}
