/** What is the matter with a model: what lies on the disk and what its download does, in one word. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";

export type ModelState =
  | { kind: "absent" }
  | { kind: "partial"; bytes: number }
  | { kind: "waiting" | "active" | "paused" | "failed"; job: JobMessage }
  | { kind: "present"; bytes: number }
  /** Here, and not the bytes its entry names. */
  | { kind: "wrong"; bytes: number };

/**
 * @param job the model's download, or null
 * @param lookedAt when the disk was looked at, epoch milliseconds: a download that ended later knows better
 */
export function modelState(model: ModelMessage, job: JobMessage | null, lookedAt: number): ModelState {
  if (job === null) return onDisk(model);
  switch (job.status) {
    case "RUNNING":
      return { kind: "active", job };
    case "PENDING":
      return { kind: job.retry_at === null ? "waiting" : "active", job };
    case "PAUSED":
      return { kind: "paused", job };
    case "HOST_VERIFICATION_NEEDED":
      return { kind: "failed", job };
    case "FAILED":
      return model.state === "present" ? onDisk(model) : { kind: "failed", job };
    case "COMPLETE":
      if (job.ended_at !== null && Date.parse(job.ended_at) > lookedAt)
        return { kind: "present", bytes: job.progress.bytes_done };
      return onDisk(model);
    case "CANCELLED":
      return onDisk(model);
    default:
      throw job.status satisfies never;
  }
}

function onDisk({ state, bytes, check }: ModelMessage): ModelState {
  if (state === "present" && check?.verdict === "wrong") return { kind: "wrong", bytes };
  return state === "absent" ? { kind: "absent" } : { kind: state, bytes };
}

/** Whether "Download all" should fetch it. */
export function isMissing({ kind }: Pick<ModelState, "kind">): boolean {
  return kind === "absent" || kind === "partial";
}

/** The download of each destination: the one that has not ended, else the one that came last. */
export function jobsByDestination(jobs: Iterable<JobMessage>): ReadonlyMap<string, JobMessage> {
  const found = new Map<string, JobMessage>();
  for (const job of jobs) {
    if (job.destination === null) continue;
    const other = found.get(job.destination);
    if (other === undefined || isBetter(job, other)) found.set(job.destination, job);
  }
  return found;
}

function isBetter(job: JobMessage, other: JobMessage): boolean {
  const open = job.ended_at === null;
  if (open !== (other.ended_at === null)) return open;
  return job.sequence > other.sequence;
}
