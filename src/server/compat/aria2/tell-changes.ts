/** What aria2 would tell of a job that has changed. Pure. */
import { isEnded } from "../../../job/job-state.ts";
import type { Job } from "../../../job/job.ts";
import { NOTIFICATIONS } from "./methods.ts";

type Notification = (typeof NOTIFICATIONS)[keyof typeof NOTIFICATIONS];

/** As somebody knows a download who hears of its beginnings and ends only. */
export type Seen = "waiting" | "active" | "paused" | "ended";

/** How a job stands. One that is tried again by itself is still active: aria2 tells nothing of its tries either. */
export function seenOf({ state }: Pick<Job, "state">): Seen {
  switch (state.kind) {
    case "running":
      return "active";
    case "pending":
      return state.lastFailure === null ? "waiting" : "active";
    case "paused":
    case "blocked":
      return "paused";
    case "complete":
    case "failed":
    case "cancelled":
      return "ended";
    default:
      throw state satisfies never;
  }
}

/** @param before undefined for a job that is new */
export function tellChange(before: Seen | undefined, job: Pick<Job, "state" | "startedAt">): Notification[] {
  const now = seenOf(job);
  if (now === before) return [];
  switch (job.state.kind) {
    case "running":
    case "pending":
      return now === "active" ? [NOTIFICATIONS.start] : [];
    case "paused":
    case "blocked":
      return [NOTIFICATIONS.pause];
    case "complete":
      return [...started(before, job), NOTIFICATIONS.complete];
    case "failed":
      return [...started(before, job), NOTIFICATIONS.error];
    case "cancelled":
      return [NOTIFICATIONS.stop];
    default:
      throw job.state satisfies never;
  }
}

/** @param before undefined where nothing was heard of it */
export function tellRemoval(before: Seen | undefined): Notification[] {
  return before === undefined || before === "ended" ? [] : [NOTIFICATIONS.stop];
}

/** A quick download may be over when the first is heard of it: whoever counts beginnings and ends gets both. */
function started(
  before: Seen | undefined,
  { startedAt, state }: Pick<Job, "state" | "startedAt">,
): Notification[] {
  return before !== "active" && startedAt !== null && isEnded(state) ? [NOTIFICATIONS.start] : [];
}
