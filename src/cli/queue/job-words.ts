/** A job in the words of the terminal. Pure. */
import { formatLabels } from "../../job/labels.ts";
import type { JobMessage, Status } from "../../wire/job-message.ts";
import type { WaitingMessage } from "../../wire/waiting-message.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { BarFacts } from "../screen/draw-bar.ts";
import { formatBytes, formatCountdown, formatDuration, formatHour, formatSpeed } from "../screen/format.ts";
import type { Color } from "../screen/terminal.ts";

/** Ids are random: so much of one tells any two jobs of a queue apart, and is short enough to type. */
const SHORT_ID = 8;

const STATUS_WORDS = {
  PENDING: "waiting",
  RUNNING: "running",
  PAUSED: "paused",
  HOST_VERIFICATION_NEEDED: "asks",
  COMPLETE: "complete",
  FAILED: "failed",
  CANCELLED: "cancelled",
} as const satisfies Record<Status, string>;

const STATUS_COLORS = {
  PENDING: "dim",
  RUNNING: "cyan",
  PAUSED: "yellow",
  HOST_VERIFICATION_NEEDED: "yellow",
  COMPLETE: "green",
  FAILED: "red",
  CANCELLED: "dim",
} as const satisfies Record<Status, Color>;

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

export function statusWord({ status, wish }: Pick<JobMessage, "status" | "wish">): string {
  if (wish === "pause") return "pausing";
  return wish === "cancel" ? "cancelling" : STATUS_WORDS[status];
}

export function statusColor(status: Status): Color {
  return STATUS_COLORS[status];
}

export function sizeWord({ progress }: Pick<JobMessage, "progress">): string {
  return progress.bytes_total === null ? "" : formatBytes(progress.bytes_total);
}

export function percentWord({ progress }: Pick<JobMessage, "progress">): string {
  return progress.percent === null ? "" : `${progress.percent}%`;
}

/** What else there is to say of a job: how fast, why not, what went wrong. */
export function noteOf(job: JobMessage, now: number): string {
  switch (job.status) {
    case "RUNNING":
      return runningNote(job);
    case "PENDING":
      return pendingNote(job, now);
    case "PAUSED":
      return pausedNote(job, now);
    case "FAILED":
      return cleanText(job.error?.message ?? "");
    case "HOST_VERIFICATION_NEEDED":
      return "the key of the instance has to be accepted: haulyard hosts verify";
    case "COMPLETE":
      return job.checksum?.state === "verified" ? `${job.checksum.algorithm} verified` : "";
    case "CANCELLED":
      return "";
    default:
      throw job.status satisfies never;
  }
}

function runningNote(job: JobMessage): string {
  const { progress, waiting } = job;
  if (waiting?.why === "machine") return machineNote(waiting);
  const { stage, bytes_per_second, eta_seconds, note, from_node: from } = progress;
  const at = commandWord(job);
  if (stage !== "downloading")
    return [...at, `${stageWord(progress)}${note === null ? "" : `: ${cleanText(note)}`}`].join(", ");
  return [
    ...at,
    ...(bytes_per_second > 0 ? [formatSpeed(bytes_per_second)] : []),
    ...(eta_seconds === null ? [] : [`${formatCountdown(eta_seconds)} left`]),
    ...(from === undefined ? [] : [`from ${cleanText(from)}, of the same site`]),
  ].join(", ");
}

/** Which of its commands a job is at, and which file: `2 of 3: model.safetensors`. */
function commandWord({ steps, step, progress }: JobMessage): string[] {
  if (steps[step]?.kind !== "command") return [];
  const name = progress.command?.filename ?? progress.command?.name ?? null;
  const count = steps.length > 1 ? `${step + 1} of ${steps.length}` : null;
  const words = [count, name === null ? null : cleanText(name)].filter((word) => word !== null);
  return words.length === 0 ? [] : [words.join(": ")];
}

function stageWord({ stage, bytes_verified, bytes_total }: JobMessage["progress"]): string {
  if (stage === "placing") return "syncing";
  if (stage !== "verifying" || bytes_verified === null || bytes_total === null || bytes_total === 0)
    return stage ?? "starting";
  return `verifying ${Math.floor((100 * bytes_verified) / bytes_total)}%`;
}

function pendingNote({ waiting, retry_at, error }: JobMessage, now: number): string {
  if (waiting?.why === "after") return `after ${shortId(waiting.job ?? "")}`;
  if (waiting?.why === "window") return windowNote(waiting, now);
  if (waiting?.why === "machine") return machineNote(waiting);
  if (waiting?.why === "site")
    return `for machine ${cleanText(waiting.node ?? "")}, which fetches it for site ${cleanText(waiting.site ?? "")}`;
  if (retry_at === null) return "for its turn";
  const left = formatDuration((Date.parse(retry_at) - now) / 1000);
  return `next try in ${left}: ${cleanText(error?.message ?? "")}`;
}

function machineNote({ machine = "away", node = "", since, needs = {} }: WaitingMessage): string {
  const at = since === undefined ? "" : ` since ${since}`;
  switch (machine) {
    case "away":
      return `its machine ${cleanText(node)} is away${at}`;
    case "draining":
      return `its machine ${cleanText(node)} takes up nothing new${at}`;
    case "missing":
      return Object.keys(needs).length === 0
        ? "for a machine that takes up jobs: haulyard nodes"
        : `for a machine with ${cleanText(formatLabels(needs))}: haulyard nodes`;
    default:
      throw machine satisfies never;
  }
}

function windowNote({ until }: WaitingMessage, now: number): string {
  return until === null
    ? "downloads are switched off"
    : `outside its hours until ${formatHour(new Date(until), new Date(now))}`;
}

function pausedNote({ paused, waiting }: JobMessage, now: number): string {
  if (paused === null || paused.why === "person") return "";
  if (waiting?.why === "window") return windowNote(waiting, now);
  return cleanText(paused.note ?? (paused.why === "no_space" ? "the disk is full" : "outside its hours"));
}

export function jobBar(job: JobMessage, now: number): BarFacts {
  const { progress, status } = job;
  const { bytes_done, bytes_total, bytes_verified, bytes_per_second, eta_seconds, stage } = progress;
  const verifying = status === "RUNNING" && stage === "verifying";
  const done = verifying ? (bytes_verified ?? 0) : bytes_done;
  const downloading = status === "RUNNING" && stage === "downloading";
  const note = [statusWord(job), noteOf(job, now)].filter((word) => word !== "");
  return {
    name: cleanText(job.name),
    // Of several commands the sizes are seldom all known; what they come to together is.
    fraction:
      progress.command === null || progress.percent === null
        ? fractionOf(done, bytes_total, status)
        : progress.percent / 100,
    percent: progress.percent,
    bytesDone: bytes_done,
    bytesTotal: bytes_total,
    bytesPerSecond: bytes_per_second,
    etaSeconds: eta_seconds,
    connections: progress.connections,
    note:
      downloading && job.wish === null
        ? null
        : status === "RUNNING"
          ? note.slice(1).join("")
          : note.join(": "),
    color: verifying ? "green" : statusColor(status),
  };
}

function fractionOf(done: number, total: number | null, status: Status): number | null {
  if (status === "COMPLETE") return 1;
  if (total === null) return status === "RUNNING" ? null : 0;
  return total === 0 ? 1 : Math.min(1, done / total);
}
