/** Which machine ran a job of an instance last, and when: it has a connection there. */
import type { JobEvent } from "../../job/job-event.ts";
import type { JobState } from "../../job/job-state.ts";
import type { Place } from "../../job/job.ts";
import { nodeOf } from "../../job/place.ts";
import type { Db } from "../schema.ts";

/** In the transaction in which a run begins or ends. */
export async function noteRun(
  trx: Db,
  place: Place,
  from: JobState,
  to: JobState,
  event: JobEvent,
  now: number,
): Promise<void> {
  const run = to.kind === "running" ? to : from.kind === "running" ? from : null;
  if (place.kind !== "ssh" || run === null || from.kind === to.kind) return;
  // A machine that let its lease run out has no connection to be waited for.
  const isGone = event.type === "lease_expired";
  await trx
    .updateTable("hosts")
    .set(isGone ? { ran_on: null, ran_at: null } : { ran_on: nodeOf(run.lease.owner), ran_at: now })
    .where("id", "=", place.hostId)
    .execute();
}
