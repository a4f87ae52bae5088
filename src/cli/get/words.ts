/** The sentences of `haulyard get`. Pure. */
import { nameFromUrl } from "../../job/file-name.ts";
import type { ChecksumState, TransferStep } from "../../job/job.ts";
import { etaSeconds, percentOf } from "../../job/progress.ts";
import type { Progress } from "../../job/progress.ts";
import { cleanText } from "../screen/clean-text.ts";
import type { BarFacts } from "../screen/draw-bar.ts";
import {
  formatBytes,
  formatBytesOf,
  formatCountdown,
  formatDuration,
  formatSpeed,
  formatTaken,
} from "../screen/format.ts";
import type { Waiting } from "./gauge.ts";
import type { GetResult } from "./get-file.ts";
import { partialPathOf } from "./plan-get.ts";
import type { Summary } from "./report.ts";

/** What a file is called before the server has said so. */
export function expectedName({ name, url }: TransferStep): string {
  return cleanText(name ?? nameFromUrl(url) ?? new URL(url).host);
}

/** `verified sha256 (from X-Linked-Etag)`. */
export function checksumWords(state: ChecksumState): string {
  switch (state.kind) {
    case "verified":
      return `verified ${state.algorithm} (from ${cleanText(state.origin)})`;
    case "unverified":
      return `unverified: ${cleanText(state.reason)}`;
    default:
      throw state satisfies never;
  }
}

/** The lines under a file that is in place. */
export function doneLines(result: Extract<GetResult, { kind: "done" }>): string[] {
  const { path, size, checksumState, alreadyThere, bytesFetched, seconds } = result;
  const what = alreadyThere ? "there already" : "saved";
  const before = size - bytesFetched;
  const facts = alreadyThere
    ? [formatBytes(size)]
    : [
        formatBytes(size),
        formatTaken(seconds),
        `${formatSpeed(averageOf(bytesFetched, seconds))} on average`,
        ...(before > 0 ? [`${formatBytes(before)} were there already`] : []),
      ];
  const indent = " ".repeat(LABEL_COLUMNS);
  return [
    label(what) + cleanText(path),
    indent + facts.join(", "),
    label("checksum") + checksumWords(checksumState),
  ];
}

/** Room of the words before a path or a fact. */
export const LABEL_COLUMNS = 15;

function label(text: string): string {
  return text.padEnd(LABEL_COLUMNS);
}

export function averageOf(bytes: number, seconds: number): number {
  return seconds > 0 ? bytes / seconds : 0;
}

/** What went wrong, what to do, where the bytes are. */
export function failedLines(name: string, result: Extract<GetResult, { kind: "failed" }>): string[] {
  const { failure, path, bytesKept } = result;
  const kept = path !== null && bytesKept > 0;
  return [
    `haulyard: ${name}: ${cleanText(failure.message)}`,
    `  ${failure.advice}`,
    ...(kept ? [`  ${formatBytes(bytesKept)} are kept in ${cleanText(partialPathOf(path))}`] : []),
  ];
}

export function interruptedLine(
  name: string,
  { path, bytesKept }: Extract<GetResult, { kind: "interrupted" }>,
): string {
  const kept =
    path === null || bytesKept === 0
      ? "nothing had come yet"
      : `${formatBytes(bytesKept)} are kept in ${cleanText(partialPathOf(path))}`;
  return `haulyard: ${name}: interrupted; ${kept}. Run the same command again to go on.`;
}

export function summaryLine(summary: Summary): string {
  const { done, verified, failed, skipped, bytesFetched, seconds } = summary;
  const parts = [
    `${done} of ${done + failed + skipped} files`,
    `${formatBytes(bytesFetched)} in ${formatTaken(seconds)}`,
    ...(verified > 0 ? [`${verified} verified`] : []),
    ...(done > verified ? [`${done - verified} unverified`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(skipped > 0 ? [`${skipped} not finished`] : []),
  ];
  return parts.join(", ");
}

/** One line of progress for logs: `model.safetensors   45%  4.83 / 10.73 GB  152 MB/s  0:38 left`. */
export function progressLine(name: string, progress: Progress, now: number): string {
  const { percent, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, connections, note } = barFacts(
    name,
    progress,
    null,
    now,
  );
  const parts = [
    name,
    ...(percent === null ? [] : [`${percent}%`.padStart(4)]),
    bytesTotal === null ? formatBytes(bytesDone) : formatBytesOf(bytesDone, bytesTotal),
    ...(note === null ? [formatSpeed(bytesPerSecond)] : [note]),
    ...(note === null && etaSeconds !== null ? [`${formatCountdown(etaSeconds)} left`] : []),
    ...(note === null && connections > 1 ? [`${connections} connections`] : []),
  ];
  return parts.join("  ");
}

export function barFacts(name: string, progress: Progress, waiting: Waiting | null, now: number): BarFacts {
  const { bytesDone, bytesTotal, bytesVerified, bytesPerSecond, stage } = progress;
  const verifying = stage === "verifying" && bytesTotal !== null && bytesTotal > 0;
  const done = verifying ? (bytesVerified ?? 0) : bytesDone;
  return {
    name,
    fraction: bytesTotal === null ? null : bytesTotal === 0 ? 1 : Math.min(1, done / bytesTotal),
    percent: percentOf(progress, false),
    bytesDone,
    bytesTotal,
    bytesPerSecond,
    etaSeconds: etaSeconds(progress),
    connections: progress.connections,
    note: noteOf(progress, waiting, now),
    color: waiting === null ? (verifying ? "green" : "cyan") : "yellow",
  };
}

function noteOf(progress: Progress, waiting: Waiting | null, now: number): string | null {
  const note = progress.note === null ? "" : `: ${cleanText(progress.note)}`;
  if (waiting !== null) {
    const left = formatDuration((waiting.until - now) / 1000);
    return `next try in ${left}: ${cleanText(waiting.failure.message)}`;
  }
  switch (progress.stage) {
    case null:
    case "connecting":
      return `connecting${note}`;
    case "downloading":
      return null;
    case "waiting":
    case "reconnecting":
      return `waiting${note}`;
    case "copying":
      return `copying${note}`;
    case "verifying":
      return `verifying ${verifiedPercent(progress)}`;
    case "placing":
      return "syncing";
    default:
      throw progress.stage satisfies never;
  }
}

function verifiedPercent({ bytesVerified, bytesTotal }: Progress): string {
  if (bytesTotal === null || bytesTotal === 0) return "";
  return `${Math.floor((100 * (bytesVerified ?? 0)) / bytesTotal)}%`;
}
