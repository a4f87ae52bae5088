/** What a job is doing, in the words the page shows. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { formatUntil } from "./time.ts";

export interface Words {
  /** One or two words: `Downloading`. */
  label: string;
  /** The rest of the story, or null. */
  detail: string | null;
}

/** The state of a job in words. `now` is for the time to the next try. */
export function jobWords(job: JobMessage, now: number): Words {
  if (job.wish === "cancel") return { label: "Cancelling", detail: null };
  if (job.wish === "pause") return { label: "Pausing", detail: null };
  switch (job.status) {
    case "RUNNING":
      return stageWords(job);
    case "PENDING":
      return waitingWords(job, now);
    case "PAUSED":
      return pausedWords(job.paused);
    case "HOST_VERIFICATION_NEEDED":
      return { label: "Host key to check", detail: job.place.name };
    case "COMPLETE":
      return { label: "Complete", detail: null };
    case "FAILED":
      return { label: "Failed", detail: job.error?.message ?? null };
    case "CANCELLED":
      return { label: "Cancelled", detail: null };
    default:
      throw job.status satisfies never;
  }
}

function stageWords({ progress }: JobMessage): Words {
  const detail = progress.note;
  switch (progress.stage) {
    case null:
      return { label: "Starting", detail };
    case "connecting":
      return { label: "Connecting", detail };
    case "downloading":
      return { label: "Downloading", detail };
    case "waiting":
      return { label: "Waiting", detail };
    case "verifying":
      return { label: verifyingLabel(progress), detail };
    case "placing":
      return { label: "Placing", detail: detail ?? "moving the file to its final name" };
    case "reconnecting":
      return { label: "Reconnecting", detail: detail ?? "the command goes on meanwhile" };
    default:
      throw progress.stage satisfies never;
  }
}

function verifyingLabel({ bytes_verified: verified, bytes_total: total }: JobMessage["progress"]): string {
  if (verified === null || total === null || total === 0) return "Verifying";
  return `Verifying ${Math.min(99, Math.floor((100 * verified) / total))}\u00a0%`;
}

function waitingWords(job: JobMessage, now: number): Words {
  if (job.retry_at !== null) {
    return { label: `Retry ${formatUntil(job.retry_at, now)}`, detail: job.error?.message ?? null };
  }
  return { label: "Waiting", detail: job.after === null ? null : "for another download to end" };
}

function pausedWords(paused: JobMessage["paused"]): Words {
  if (paused === null) return { label: "Paused", detail: null };
  switch (paused.why) {
    case "person":
      return { label: "Paused", detail: paused.note };
    case "no_space":
      return {
        label: "Disk full",
        detail: `${sentence(paused.note ?? "There is not enough space")} It goes on by itself when space returns.`,
      };
    case "window":
      return {
        label: "Outside its hours",
        detail: sentence(paused.note ?? "It goes on by itself when downloads may run"),
      };
    default:
      throw paused.why satisfies never;
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
