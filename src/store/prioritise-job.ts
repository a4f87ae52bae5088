import type { Job, JobId } from "../job/job.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { rankOf } from "./job-columns.ts";
import type { Db } from "./schema.ts";

/** Not a change of state: no line in the history, and `updatedAt` stays. */
export async function prioritiseJob(trx: Db, id: JobId, priority: number, now: number): Promise<Job | null> {
  const row = await trx
    .updateTable("jobs")
    .set({ rank: rankOf(priority) })
    .where("id", "=", id)
    .returningAll()
    .executeTakeFirst();
  if (row === undefined) return null;
  await recordChanges(trx, [id], "job", now);
  return decodeJob(row);
}
