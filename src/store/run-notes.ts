/** What a run writes down while it goes on: no state change, but only under its lease. */
import type { LeaseRef } from "../job/job-state.ts";
import type { JobId } from "../job/job.ts";
import type { DescribeOutcome, Description, Heartbeat } from "../job/store-contract.ts";
import { holdsLease, readLocked } from "./apply-event.ts";
import type { Backend } from "./backend.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { nameColumns, searchText, sizeKey } from "./job-columns.ts";
import type { Db } from "./schema.ts";

/** Of one statement: half a megabyte of progress at most. */
const BEATS_AT_ONCE = 500;
const BEAT_COLUMNS = { id: "text", owner: "text", epoch: "bigint", progress: "text" } as const;

export async function describeJob(
  backend: Backend,
  id: JobId,
  description: Description,
  now: number,
  lease: LeaseRef,
): Promise<DescribeOutcome> {
  const { name, destination, bytesTotal } = description;
  try {
    return await backend.write(async (trx) => {
      const row = await readLocked(backend, trx, id);
      const job = row === null ? null : decodeJob(row);
      if (job === null || !holdsLease(job, lease)) return "lease_lost";
      await trx
        .updateTable("jobs")
        .set({
          ...nameColumns({ name, destination }),
          progress: JSON.stringify({ ...job.progress, bytesTotal }),
          size_key: sizeKey(bytesTotal),
        })
        .where("sequence", "=", job.sequence)
        .execute();
      await trx
        .updateTable("search_texts")
        .set({ text: searchText({ name, destination, source: job.source }) })
        .where("job", "=", job.sequence)
        .execute();
      await recordChanges(trx, [id], "job", now);
      return "described";
    });
  } catch (error) {
    if (backend.isUniqueViolation(error)) return "destination_taken";
    throw error;
  }
}

export async function saveHeartbeats(
  backend: Backend,
  beats: readonly Heartbeat[],
  expiresAt: number,
): Promise<JobId[]> {
  if (beats.length === 0) return [];
  return backend.write(async (trx) => {
    const saved = new Set<JobId>();
    for (let from = 0; from < beats.length; from += BEATS_AT_ONCE)
      for (const id of await saveSome(backend, trx, beats.slice(from, from + BEATS_AT_ONCE), expiresAt))
        saved.add(id);
    return beats.map(({ id }) => id).filter((id) => !saved.has(id));
  }, "relaxed");
}

/** One statement for all of them: a thousand runs twice a second would keep everybody else from the database. */
async function saveSome(
  { rowTable }: Backend,
  trx: Db,
  beats: readonly Heartbeat[],
  expiresAt: number,
): Promise<JobId[]> {
  const rows = beats.map(({ id, lease: { owner, epoch }, progress }) => ({
    id,
    owner,
    epoch,
    progress: JSON.stringify(progress),
  }));
  const saved = await trx
    .updateTable("jobs")
    .from(rowTable(BEAT_COLUMNS, rows).as("beats"))
    .set((eb) => ({ progress: eb.ref("beats.progress"), lease_expires_at: expiresAt }))
    .whereRef("jobs.id", "=", "beats.id")
    // Only who runs has an owner. Asked for by kind as well, SQLite would look through all that run for each of these.
    .whereRef("jobs.lease_owner", "=", "beats.owner")
    .whereRef("jobs.epoch", "=", "beats.epoch")
    .returning(["jobs.id as saved_id", "jobs.sequence as sequence", "jobs.size_key as size_key"])
    .execute();
  const sizes = new Map(beats.map(({ id, progress }) => [id, sizeKey(progress.bytesTotal)]));
  for (const { saved_id: id, sequence, size_key: before } of saved) {
    const size = sizes.get(id) ?? before;
    // Apart, because it is indexed and hardly ever changes.
    if (before !== size)
      await trx.updateTable("jobs").set({ size_key: size }).where("sequence", "=", sequence).execute();
  }
  return saved.map(({ saved_id }) => saved_id);
}
