/** What may be asked of a job in its present state. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";

export interface Offer {
  /** The one to show as a button, or null. */
  main: JobAction | null;
  /** Others, in the order of the menu. */
  more: readonly JobAction[];
}

export function offeredActions(job: Pick<JobMessage, "status" | "wish" | "retry_at" | "waiting">): Offer {
  if (job.wish === "cancel") return { main: null, more: ["remove"] };
  if (job.wish === "pause") return { main: "resume", more: ["cancel", "remove"] };
  switch (job.status) {
    case "RUNNING":
      return { main: "pause", more: ["cancel", "remove"] };
    case "PENDING":
      if (job.waiting?.why === "window") return { main: "now", more: ["pause", "cancel", "remove"] };
      return job.retry_at === null
        ? { main: "pause", more: ["cancel", "remove"] }
        : { main: "retry", more: ["pause", "cancel", "remove"] };
    case "PAUSED":
      // Resumed it would wait for the hour all the same.
      if (job.waiting?.why === "window") return { main: "now", more: ["cancel", "remove"] };
      return { main: "resume", more: ["cancel", "remove"] };
    case "HOST_VERIFICATION_NEEDED":
      return { main: null, more: ["pause", "cancel", "remove"] };
    case "FAILED":
    case "CANCELLED":
      return { main: "retry", more: ["remove"] };
    case "COMPLETE":
      return { main: null, more: ["remove"] };
    default:
      throw job.status satisfies never;
  }
}

/** Bytes that would have to be fetched again if the job were removed; 0 when nothing would be lost. */
export function bytesLostByRemoving(job: Pick<JobMessage, "status" | "progress">): number {
  return job.status === "COMPLETE" ? 0 : job.progress.bytes_done;
}
