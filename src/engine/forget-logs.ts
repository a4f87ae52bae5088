/** Logs of jobs that are gone: another machine has removed the job, and knows nothing of a log here. */
import type { Clock } from "../job/clock.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { JobLogs } from "./command/job-log.ts";

/** A log that is left is 2 MiB at most: this is soon enough. */
const LOOK_MS = 3_600_000;
/** Jobs asked for in one question. */
const AT_ONCE = 200;

interface LogParts {
  store: Pick<JobStore, "list">;
  clock: Pick<Clock, "now">;
  logs: Pick<JobLogs, "ids" | "remove">;
}

/** To be called often: it looks once in a while. */
export function createLogSweep({ store, clock, logs }: LogParts): () => Promise<void> {
  let lookedAt = -Infinity;
  return async () => {
    if (Math.abs(clock.now() - lookedAt) < LOOK_MS) return;
    // First the files, then the jobs: a log is begun for a job that is there already.
    const all = await logs.ids();
    for (let from = 0; from < all.length; from += AT_ONCE) {
      const ids = all.slice(from, from + AT_ONCE);
      const { jobs } = await store.list({ ids, sort: "oldest", limit: ids.length });
      const known = new Set(jobs.map(({ id }) => id));
      for (const id of ids) if (!known.has(id)) await logs.remove(id);
    }
    lookedAt = clock.now();
  };
}
