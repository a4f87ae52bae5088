/** What is the matter with a model: what lies on the disk and what its download does, in one word. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";
import type { Wanted } from "../data/create-asked.ts";

/** Where nothing has just been asked for. */
export type KnownState =
  | { kind: "absent" }
  | { kind: "partial"; bytes: number }
  | { kind: "waiting" | "active" | "paused" | "failed"; job: JobMessage }
  | { kind: "present"; bytes: number }
  /** Here, and not the bytes its entry names. */
  | { kind: "wrong"; bytes: number };

export type ModelState =
  | KnownState
  /** Its download was just asked for: queued, as far as anybody looks at it. */
  | { kind: "asked"; before: KnownState };

/**
 * @param job the model's download, or null
 * @param lookedAt when the disk was looked at, epoch milliseconds: a download that ended later knows better
 * @param isAsked its download was just asked for
 */
export function modelState(
  model: ModelMessage,
  job: JobMessage | null,
  lookedAt: number,
  isAsked = false,
): ModelState {
  const known = knownState(model, job, lookedAt);
  return isAsked && (job === null || job.ended_at !== null) ? { kind: "asked", before: known } : known;
}

function knownState(model: ModelMessage, job: JobMessage | null, lookedAt: number): KnownState {
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

function onDisk({ state, bytes, check }: ModelMessage): KnownState {
  if (state === "present" && check?.verdict === "wrong") return { kind: "wrong", bytes };
  return state === "absent" ? { kind: "absent" } : { kind: state, bytes };
}

/** As it is asked for; two entries for one file are one. */
export function wantedModel({ destination, name }: ModelMessage): Wanted {
  return { kind: "file", id: destination, place: null, name };
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
