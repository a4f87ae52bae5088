/** What is said of removing jobs from the list, and which removal can be taken back. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { bytesLostByRemoving } from "../data/offered-actions.ts";
import type { RemoveAsk } from "../data/use-remove-jobs.ts";
import { t, tn } from "../words/words.ts";

/** What is over and loses no bytes waits a while before it is removed; what runs is stopped at once. */
export function canBeTakenBack(job: JobMessage): boolean {
  const over = job.status === "COMPLETE" || job.status === "FAILED" || job.status === "CANCELLED";
  return over && bytesLostByRemoving(job) === 0;
}

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
