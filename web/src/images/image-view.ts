/** What is the matter with an image: what the server said of it, and what its download has done since. Pure. */
import type { ImageMessage } from "../../../src/wire/images.ts";
import type { Wanted } from "../data/create-asked.ts";
import { joinSentences } from "../format/join-sentences.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";

export type ImageKind =
  | "absent"
  | "waiting"
  | "active"
  | "verifying"
  | "paused"
  | "failed"
  | "cancelled"
  /** It lies here. */
  | "here"
  /** It lies here, and its bytes are others than those it came with. */
  | "damaged";

export interface ImageView {
  kind: ImageKind;
  /** What it was when its download was just asked for; null where it was not. */
  asked: ImageKind | null;
  /** Its download, as far as the page follows it. */
  job: JobMessage | null;
  /** Null while the length is unknown. */
  percent: number | null;
  bytesDone: number;
  bytesTotal: number | null;
  bytesPerSecond: number;
  etaSeconds: number | null;
  /** What went wrong, in sentences. */
  problem: string | null;
}

/**
 * @param job the image's download, or null
 * @param lookedAt when the server was asked for the image, epoch milliseconds: a download that ended later knows better
 * @param isAsked its download was just asked for: it waits, until more is known
 */
export function viewImage(
  image: ImageMessage,
  job: JobMessage | null,
  lookedAt: number,
  isAsked = false,
): ImageView {
  const known = viewKnown(image, job, lookedAt);
  if (!isAsked || (job !== null && job.ended_at === null)) return known;
  return { ...known, kind: "waiting", asked: known.kind, job: null, problem: null };
}

/** As it is asked for. */
export function wantedImage({ id, name }: ImageMessage): Wanted {
  return { kind: "image", id, place: null, name };
}

function viewKnown(image: ImageMessage, job: JobMessage | null, lookedAt: number): ImageView {
  if (job === null) return asListed(image, null);
  switch (job.status) {
    case "RUNNING":
      return moving(isVerifying(job) ? "verifying" : "active", job);
    case "PENDING":
      return moving(job.retry_at === null ? "waiting" : "active", job);
    case "PAUSED":
      return moving("paused", job);
    case "FAILED":
    case "HOST_VERIFICATION_NEEDED":
      return isLater(job, lookedAt) || image.status.phase === "ERROR"
        ? moving("failed", job)
        : asListed(image, job);
    case "CANCELLED":
      return isLater(job, lookedAt) || image.status.phase === "ERROR"
        ? moving("cancelled", job)
        : asListed(image, job);
    case "COMPLETE":
      return isLater(job, lookedAt) ? moving("here", job) : asListed(image, job);
    default:
      throw job.status satisfies never;
  }
}

function isVerifying({ progress: { stage } }: JobMessage): boolean {
  return stage === "verifying" || stage === "placing";
}

function isLater({ ended_at: ended }: JobMessage, lookedAt: number): boolean {
  return ended !== null && Date.parse(ended) > lookedAt;
}

function moving(kind: ImageKind, job: JobMessage): ImageView {
  const { progress, error } = job;
  const runs = job.status === "RUNNING";
  return {
    kind,
    asked: null,
    job,
    percent: progress.percent,
    bytesDone: progress.bytes_done,
    bytesTotal: progress.bytes_total,
    bytesPerSecond: runs ? progress.bytes_per_second : 0,
    etaSeconds: runs ? progress.eta_seconds : null,
    problem: error === null ? null : joinSentences(error.message, error.advice),
  };
}

function asListed({ status }: ImageMessage, job: JobMessage | null): ImageView {
  return {
    kind: kindOf(status),
    asked: null,
    job,
    percent: status.progress_percent,
    bytesDone: status.bytes_downloaded,
    bytesTotal: status.size_bytes,
    bytesPerSecond: status.bytes_per_second,
    etaSeconds: status.eta_seconds,
    problem: status.error_message,
  };
}

function kindOf({ phase, checksum_state: checksum }: ImageMessage["status"]): ImageKind {
  switch (phase) {
    case "NOT_DOWNLOADED":
      return "absent";
    case "PENDING":
      return "waiting";
    case "DOWNLOADING":
      return "active";
    case "VERIFYING":
      return "verifying";
    case "READY":
      return "here";
    case "ERROR":
      return checksum === "damaged" ? "damaged" : "failed";
    default:
      throw phase satisfies never;
  }
}

/** Downloads of images: by id, and of each image the one that has not ended, else the one that came last. */
export interface ImageJobs {
  byId: ReadonlyMap<string, JobMessage>;
  byImage: ReadonlyMap<string, JobMessage>;
}

export function indexImageJobs(jobs: ReadonlyMap<string, JobMessage>): ImageJobs {
  const byImage = new Map<string, JobMessage>();
  for (const job of jobs.values()) {
    if (job.source.kind !== "image") continue;
    const other = byImage.get(job.source.text);
    if (other === undefined || isBetter(job, other)) byImage.set(job.source.text, job);
  }
  return { byId: jobs, byImage };
}

function isBetter(job: JobMessage, other: JobMessage): boolean {
  const open = job.ended_at === null;
  if (open !== (other.ended_at === null)) return open;
  return job.sequence > other.sequence;
}

/** The newest one of its own; of other files the one that brought them. */
export function jobOf(
  { id, job_id }: Pick<ImageMessage, "id" | "job_id">,
  { byId, byImage }: ImageJobs,
): JobMessage | null {
  return byImage.get(id) ?? (job_id === null ? null : (byId.get(job_id) ?? null));
}
