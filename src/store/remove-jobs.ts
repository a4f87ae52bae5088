import { isEnded } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import type { JobFilter } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { recordChange } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { filterConditions, kindsOf } from "./job-filter.ts";
import { shiftCount } from "./job-counts.ts";
import type { Db, JobRow } from "./schema.ts";

/** Jobs removed in one transaction: claims of other processes do not wait for 100,000 of them. */
const REMOVED_AT_ONCE = 500;

export type RemoveFilter = JobFilter & { endedBefore?: number };

export async function removeJobs(
  backend: Backend,
  filter: RemoveFilter,
  now: number,
  onRemoved: () => void,
): Promise<Job[]> {
  const removed: Job[] = [];
  for (;;) {
    const jobs = await backend.write((trx) => removeSome(backend, trx, filter, now));
    if (jobs.length > 0) onRemoved();
    removed.push(...jobs);
    if (jobs.length < REMOVED_AT_ONCE) return removed;
  }
}

async function removeSome(backend: Backend, trx: Db, filter: RemoveFilter, now: number): Promise<Job[]> {
  const kinds = kindsOf(filter).filter((kind) => isEnded({ kind } as Job["state"]));
  if (kinds.length === 0) return [];
  const rows = await backend
    .locked(
      trx
        .selectFrom("jobs")
        .selectAll()
        .where("kind", "in", kinds)
        .where("ended_at", "<", filter.endedBefore ?? Number.MAX_SAFE_INTEGER)
        .where((eb) => filterConditions(eb, filter))
        .orderBy("ended_at")
        .limit(REMOVED_AT_ONCE),
    )
    .execute();
  if (rows.length === 0) return [];
  // Their history goes with them (foreign key).
  await trx
    .deleteFrom("jobs")
    .where(
      "sequence",
      "in",
      rows.map(({ sequence }) => sequence),
    )
    .execute();
  for (const { id } of rows) await recordChange(trx, id, "removed", now);
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
