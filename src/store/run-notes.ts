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
    const lost: JobId[] = [];
    for (const beat of beats) {
      if (!(await saveHeartbeat(trx, beat, expiresAt))) lost.push(beat.id);
    }
    return lost;
  }, "relaxed");
}

async function saveHeartbeat(
  trx: Db,
  { id, lease, progress }: Heartbeat,
  expiresAt: number,
): Promise<boolean> {
  const saved = await trx
    .updateTable("jobs")
    .set({ progress: JSON.stringify(progress), lease_expires_at: expiresAt })
    .where("id", "=", id)
    .where("kind", "=", "running")
    .where("lease_owner", "=", lease.owner)
    .where("epoch", "=", lease.epoch)
    .returning(["sequence", "size_key"])
    .executeTakeFirst();
  if (saved === undefined) return false;
  const size = sizeKey(progress.bytesTotal);
  // Apart, because it is indexed and hardly ever changes.
  if (saved.size_key !== size) {
    await trx.updateTable("jobs").set({ size_key: size }).where("sequence", "=", saved.sequence).execute();
  }
  return true;
}
