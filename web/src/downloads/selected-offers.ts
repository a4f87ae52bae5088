/** What may be done to the selected jobs, and to how many of them. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { offeredActions } from "../data/offered-actions.ts";

/** In the order of the bar. */
export const BAR_ACTIONS = [
  "pause",
  "resume",
  "now",
  "retry",
  "cancel",
] as const satisfies readonly JobAction[];

export interface SelectedOffers {
  /** Ids by action; an action that none can do is not offered. */
  of: Readonly<Record<JobAction, readonly string[]>>;
  /** Those whose priority means something: they have not ended. */
  movable: readonly string[];
}

export function selectedOffers(jobs: Iterable<JobMessage>): SelectedOffers {
  const of: Record<JobAction, string[]> = {
    pause: [],
    resume: [],
    now: [],
    cancel: [],
    retry: [],
    remove: [],
  };
  const movable: string[] = [];
  for (const job of jobs) {
    const { main, more } = offeredActions(job);
    for (const action of main === null ? more : [main, ...more]) of[action].push(job.id);
    if (!["COMPLETE", "CANCELLED", "FAILED"].includes(job.status)) movable.push(job.id);
  }
  return { of, movable };
}
