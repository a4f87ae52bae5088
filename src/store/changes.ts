import type { Change, ChangePage, Cursor } from "../job/store-contract.ts";
import type { Db } from "./schema.ts";

/** Changes kept for those who come back: a day of a very busy queue, some 10 MB. Later ones take a snapshot. */
export const CHANGES_KEPT = 100_000;
/** How many changes go by between two clearings. */
const PRUNE_EVERY = 1_000;

/** Notes changes, in the transaction that makes them. */
export async function recordChanges(
  trx: Db,
  jobIds: readonly string[],
  kind: Change["kind"],
  now: number,
): Promise<void> {
  const rows = await trx
    .insertInto("changes")
    .values(jobIds.map((job_id) => ({ job_id, kind, at: now })))
    .returning("cursor")
    .execute();
  const newest = rows.reduce((highest, { cursor }) => Math.max(highest, cursor), 0);
  if (Math.floor(newest / PRUNE_EVERY) === Math.floor((newest - rows.length) / PRUNE_EVERY)) return;
  await trx
    .deleteFrom("changes")
    .where("cursor", "<=", newest - CHANGES_KEPT)
    .execute();
}

export async function newestCursor(db: Db): Promise<Cursor> {
  const row = await db
    .selectFrom("changes")
    .select((eb) => eb.fn.max("cursor").as("cursor"))
    .executeTakeFirst();
  return row?.cursor ?? 0;
}

export async function changesAfter(db: Db, after: Cursor, limit: number): Promise<ChangePage> {
  const rows = await db
    .selectFrom("changes")
    .select(["cursor", "job_id", "kind"])
    .where("cursor", ">", after)
    .orderBy("cursor")
    .limit(limit)
    .execute();
  const last = rows.at(-1)?.cursor ?? null;
  // A cursor from the future is one of another database (a backup was put back): nothing can be told after it.
  const isKnown = last !== null || after <= (await newestCursor(db));
  if (!isKnown || (await areForgotten(db, after))) {
    return { changes: [], cursor: await newestCursor(db), gap: true };
  }
  return {
    changes: rows.map(({ cursor, job_id, kind }) => ({ cursor, jobId: job_id, kind })),
    // Not the newest: one may have come since the rows were read.
    cursor: last ?? after,
    gap: false,
  };
}

/** Whether changes right after the cursor were pruned. */
async function areForgotten(db: Db, after: Cursor): Promise<boolean> {
  const oldest = await db
    .selectFrom("changes")
    .select((eb) => eb.fn.min("cursor").as("cursor"))
    .executeTakeFirst();
  return oldest?.cursor != null && after + 1 < oldest.cursor;
}
