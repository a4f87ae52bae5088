import type { JobId } from "../job/job.ts";
import type { Run } from "./run.ts";
import { runsApart } from "./run.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** A lease that could not be renewed is given up this long before it runs out: two must never work at once. */
const SAFETY_MS = 2_000;

/**
 * Tells the store that these runs live, with their progress.
 *
 * @returns the jobs whose lease is gone: taken over by somebody else, or about to run out because
 * the store cannot be reached
 */
export async function holdLeases(
  runs: readonly Run[],
  { store, meter, clock, log, outlastsStore }: RunnerParts,
  leaseMs: number,
  renewedAt: number,
): Promise<{ renewed: boolean; ids: JobId[] }> {
  const beats = runs.map(({ job, lease }) => ({
    id: job.id,
    lease,
    progress: meter.progressOf(job.id) ?? job.progress,
  }));
  try {
    return { renewed: true, ids: await store.heartbeat(beats, clock.now() + leaseMs) };
  } catch (error) {
    log.error({ err: error }, "the store did not take the heartbeat");
    const tooLate = clock.now() > renewedAt + leaseMs - SAFETY_MS;
    const takable = outlastsStore === true ? runs.filter(({ job }) => runsApart(job)) : runs;
    return { renewed: false, ids: tooLate ? takable.map(({ job }) => job.id) : [] };
  }
}
