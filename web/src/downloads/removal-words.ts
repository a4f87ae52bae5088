/** What is said of removing jobs from the list, and which removal can be taken back. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import type { RemoveAsk } from "../data/use-remove-jobs.ts";
import { t, tn } from "../words/words.ts";

/**
 * What stands still and loses no bytes waits a while before it is removed. What waits may begin within that while, and
 * even end: then its file would stay, though its row was removed before.
 */
export function canBeTakenBack(job: JobMessage): boolean {
  return STILL.has(job.status) && bytesLostByRemoving(job) === 0;
}

const STILL = new Set<JobMessage["status"]>(["COMPLETE", "FAILED", "CANCELLED", "PAUSED"]);

/** Asks for exactly these jobs. */
export function removalAsk(jobs: readonly JobMessage[]): RemoveAsk {
  const [only] = jobs;
  const title =
    jobs.length === 1 && only !== undefined
      ? t("{name} removed from the list", { name: only.name })
      : tn(jobs.length, "{n} download removed from the list", "{n} downloads removed from the list");
  const here = jobs.some(({ status }) => status === "COMPLETE");
  return {
    which: { ids: jobs.map(({ id }) => id) },
    shown: jobs,
    title,
    note: here ? t("Finished files stay where they are.") : "",
  };
}
