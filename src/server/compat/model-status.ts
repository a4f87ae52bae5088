/** A job as old system B's `/status` shows it. Pure. */
import type { Job } from "../../job/job.ts";
import type { JobState } from "../../job/job-state.ts";
import { etaSeconds, percentOf } from "../../job/progress.ts";
import { redactText, redactUrl } from "../../job/redact.ts";
import type { ModelStatus } from "../../wire/models.ts";

const MIB = 1024 * 1024;

/** Null for a job that the old system had no word for: one that waits for a person to accept a host key. */
export function toModelStatus(job: Job): ModelStatus | null {
  const status = statusOf(job.state);
  if (status === null) return null;
  const { progress } = job;
  const complete = job.state.kind === "complete";
  const speed = job.state.kind === "running" ? Math.round(progress.bytesPerSecond) : 0;
  const eta = round(job.state.kind === "running" ? (etaSeconds(progress) ?? 0) : 0, 1);
  const size = progress.bytesTotal ?? 0;
  return {
    progress: percentOf(progress, complete) ?? 0,
    status,
    url: urlOf(job),
    start_time: toSeconds(job.startedAt ?? job.createdAt),
    timestamp: toSeconds(Math.max(job.updatedAt, progress.movedAt ?? 0)),
    file_size: size,
    downloaded: progress.bytesDone,
    speed,
    eta,
    file_size_mb: round(size / MIB, 2),
    downloaded_mb: round(progress.bytesDone / MIB, 2),
    speed_mb: round(speed / MIB, 2),
    eta_minutes: round(eta / 60, 1),
    ...(complete && job.endedAt !== null ? { completion_time: toSeconds(job.endedAt) } : {}),
    ...errorOf(job.state),
    ...(job.state.kind === "paused" ? { paused: true as const } : {}),
    job_id: job.id,
  };
}

/** CONTRACT §4, the column of old system B. */
function statusOf(state: JobState): ModelStatus["status"] | null {
  switch (state.kind) {
    case "pending":
      return "starting";
    case "running":
    case "paused":
      return "downloading";
    case "complete":
      return "completed";
    case "failed":
    case "cancelled":
      return "error";
    case "blocked":
      return null;
    default:
      throw state satisfies never;
  }
}

function errorOf(state: JobState): Pick<ModelStatus, "error"> {
  if (state.kind === "cancelled") return { error: "Cancelled by a person." };
  if (state.kind !== "failed") return {};
  return { error: `${redactText(state.failure.message)} ${state.failure.advice}` };
}

function urlOf({ steps }: Job): string {
  const [step] = steps;
  return step?.kind === "transfer" ? redactUrl(step.url) : "";
}

function toSeconds(epochMs: number): number {
  return epochMs / 1000;
}

function round(value: number, digits: number): number {
  const scale = 10 ** digits;
  return Math.round(value * scale) / scale;
}
