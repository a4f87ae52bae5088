import { sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import { ENDED_KINDS } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import type { JobFilter } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { leaveGroups } from "./groups/change-members.ts";
import { shiftCount } from "./job-counts.ts";
import { filterCondition, kindsOf } from "./job-filter.ts";
import type { Db, JobRow } from "./schema.ts";
import { settleSites } from "./sharing/settle-site.ts";

/** Jobs removed in one transaction: neither this process nor claims of others stand still for 100,000 of them. */
const REMOVED_AT_ONCE = 200;

/** Later than any end. */
const FOREVER = Number.MAX_SAFE_INTEGER;

export type RemoveFilter = JobFilter & { endedBefore?: number };

/** @param onRemoved called after each transaction that removed something */
export async function removeJobs(
  backend: Backend,
  filter: RemoveFilter,
  now: number,
  onRemoved: () => void,
): Promise<Job[]> {
  const removed: Job[] = [];
  const allowed = new Set(kindsOf(filter));
  const kinds = ENDED_KINDS.filter((kind) => allowed.has(kind));
  if (kinds.length === 0 || filter.ids?.length === 0) return removed;
  const isEnded = sql<SqlBool>`jobs.kind in (${sql.join(kinds)}) and jobs.ended_at < ${filter.endedBefore ?? FOREVER}`;
  for (;;) {
    // The janitor looks every few seconds and mostly finds nothing: without taking the lock.
    const found = await find(backend, isEnded, filter);
    if (found.length === 0) return removed;
    const jobs = await backend.write((trx) => removeThese(trx, found, isEnded, now));
    if (jobs.length > 0) onRemoved();
    removed.push(...jobs);
    if (found.length < REMOVED_AT_ONCE) return removed;
  }
}

async function find(
  { db, idTable }: Backend,
  isEnded: Expression<SqlBool>,
  filter: RemoveFilter,
): Promise<number[]> {
  const rows =
    filter.ids === undefined
      ? await db
          .selectFrom("jobs")
          .select("sequence")
          .where(isEnded)
          .where(filterCondition(filter))
          .limit(REMOVED_AT_ONCE)
          .execute()
      : await db
          .selectFrom(idTable([...new Set(filter.ids)]).as("asked"))
          .crossJoin("jobs")
          .select("sequence")
          .whereRef("jobs.id", "=", "asked.id")
          .where(isEnded)
          .where(filterCondition(filter))
          .limit(REMOVED_AT_ONCE)
          .execute();
  return rows.map(({ sequence }) => sequence);
}

/** Those of them that are still ended: one may have been retried since the look. */
async function removeThese(
  trx: Db,
  sequences: readonly number[],
  isEnded: Expression<SqlBool>,
  now: number,
): Promise<Job[]> {
  // History and search text go with them (foreign keys).
  const rows = await trx
    .deleteFrom("jobs")
    .where("sequence", "in", sequences)
    .where(isEnded)
    .returningAll()
    .execute();
  if (rows.length === 0) return [];
  await recordChanges(
    trx,
    rows.map(({ id }) => id),
    "removed",
    now,
  );
  await leaveGroups(trx, rows, now);
  await settleSites(trx, rows, now);
  await discount(trx, rows);
  return rows.map(decodeJob);
}

async function discount(trx: Db, rows: readonly JobRow[]): Promise<void> {
  const groups = Map.groupBy(rows, ({ lane, kind }) => JSON.stringify([lane, kind]));
  for (const group of groups.values()) {
    const [{ lane, kind }] = group as [JobRow];
    await shiftCount(trx, lane, kind, null, group.length);
  }
}
