/** What a job will look like once the server has done what is asked of it. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { WaitingMessage } from "../../../src/wire/waiting-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";

/** Fields that will be others, or `gone`. */
export type Foreseen = Partial<JobMessage> | "gone";

/** Null where nobody can tell: then the page waits for the server's word. */
export function foreseeAction(job: JobMessage, action: JobAction): Foreseen | null {
  switch (action) {
    case "pause":
      if (job.status === "RUNNING") return { wish: "pause" };
      if (job.status !== "PENDING") return null;
      return {
        status: "PAUSED",
        paused: { why: "person", note: null },
        retry_at: null,
        waiting: waitingFor("person"),
      };
    case "resume":
      if (job.wish === "pause") return { wish: null };
      return job.status === "PAUSED"
        ? { status: "PENDING", paused: null, waiting: waitingFor("turn") }
        : null;
    case "now":
      if (job.status !== "PENDING" && job.status !== "PAUSED") return null;
      return { status: "PENDING", paused: null, retry_at: null, run_now: true, waiting: waitingFor("turn") };
    case "cancel":
      if (job.status === "RUNNING") return { wish: "cancel" };
      // What has ended stands by the time of its end, which only the server knows.
      return null;
    case "retry":
      return job.status === "FAILED" || job.status === "CANCELLED"
        ? { status: "PENDING", error: null, retry_at: null, ended_at: null, waiting: waitingFor("turn") }
        : null;
    case "remove":
      return "gone";
    default:
      throw action satisfies never;
  }
}

function waitingFor(why: "person" | "turn"): WaitingMessage {
  return { why, until: null, job: null };
}
