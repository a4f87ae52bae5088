/** For programs: one JSON object per line on stdout, as json-lines.ts and docs/cli-json.md describe it. */
import type { Failure } from "../../job/failure.ts";
import type { ChecksumState } from "../../job/job.ts";
import { etaSeconds, percentOf } from "../../job/progress.ts";
import { redactUrl } from "../../job/redact.ts";
import type { Terminal } from "../screen/terminal.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";
// Types alone: the schema itself is for tests, and would take longer to load than a small file.
import type { GetLine } from "./json-lines.ts";
import { partialPathOf } from "./plan-get.ts";
import type { GetReport, Total } from "./report.ts";
import { averageOf } from "./words.ts";

/** Once a second is enough for whoever draws its own bar. */
const PROGRESS_MS = 1_000;

const V = { v: 1 } as const;

export function reportAsJson(terminal: Pick<Terminal, "print">): GetReport {
  const say = (line: GetLine): void => terminal.print(JSON.stringify(line));
  return {
    everyMs: PROGRESS_MS,
    begin: ({ index, count, step }) => say({ ...V, event: "begin", index, count, url: redactUrl(step.url) }),
    resolved: ({ index }, { path, name, size }) => say({ ...V, event: "resolved", index, path, name, size }),
    tick: ({ atWork, total }) => {
      for (const file of atWork) {
        const line = progressLine(file);
        if (line !== null) say(line);
      }
      if (total.count > 1) say(totalLine(total, atWork.length));
    },
    waiting: ({ index }, failure, seconds) =>
      say({ ...V, event: "waiting", index, seconds: Math.ceil(seconds), ...failureFacts(failure) }),
    end: ({ index }, result, exitCode) => say(resultLine(index, result, exitCode)),
    finish: ({ done, verified, failed, skipped, bytesFetched, seconds, exitCode }) =>
      say({
        ...V,
        event: "summary",
        done,
        verified,
        unverified: done - verified,
        failed,
        skipped,
        bytes_fetched: bytesFetched,
        seconds: roundToMs(seconds),
        exit_code: exitCode,
      }),
  };
}

/** Null while it waits for its next try: that has been said. */
function progressLine({ index, gauge }: FileAtWork): GetLine | null {
  const { progress, waiting } = gauge.settle();
  if (waiting !== null) return null;
  return {
    ...V,
    event: "progress",
    index,
    stage: progress.stage,
    percent: percentOf(progress, false),
    bytes_done: progress.bytesDone,
    bytes_total: progress.bytesTotal,
    bytes_per_second: Math.round(progress.bytesPerSecond),
    eta_seconds: roundOrNull(etaSeconds(progress)),
    bytes_verified: progress.bytesVerified,
    connections: progress.connections,
  };
}

function totalLine(total: Total, atWork: number): GetLine {
  return {
    ...V,
    event: "total",
    count: total.count,
    done: total.done,
    failed: total.failed,
    at_work: atWork,
    bytes_done: total.bytesDone,
    bytes_total: total.bytesTotal,
    bytes_fetched: total.bytesFetched,
    bytes_per_second: Math.round(total.bytesPerSecond),
    eta_seconds: roundOrNull(total.etaSeconds),
    connections: total.connections,
  };
}

function resultLine(index: number, result: GetResult, exitCode: ExitCode): GetLine {
  switch (result.kind) {
    case "done": {
      const { path, size, alreadyThere, bytesFetched, seconds, checksumState } = result;
      return {
        ...V,
        event: "done",
        index,
        path,
        size,
        already_there: alreadyThere,
        bytes_fetched: bytesFetched,
        seconds: roundToMs(seconds),
        bytes_per_second: Math.round(averageOf(bytesFetched, seconds)),
        checksum: checksumFacts(checksumState),
        exit_code: 0,
      };
    }
    case "failed": {
      const facts = { ...failureFacts(result.failure), ...keptFacts(result) };
      return { ...V, event: "failed", index, ...facts, exit_code: exitCode };
    }
    case "interrupted":
      return { ...V, event: "interrupted", index, ...keptFacts(result), exit_code: exitCode };
    default:
      throw result satisfies never;
  }
}

function checksumFacts(state: ChecksumState): Extract<GetLine, { event: "done" }>["checksum"] {
  switch (state.kind) {
    case "verified":
      return { state: "verified", algorithm: state.algorithm, hex: state.hex, origin: state.origin };
    case "unverified":
      return { state: "unverified", reason: state.reason };
    default:
      throw state satisfies never;
  }
}

function failureFacts({ code, message, advice, retryable }: Failure): Omit<Failure, "retryAt"> {
  return { code, message, advice, retryable };
}

/** Where the unfinished bytes are, if there are any. */
function keptFacts({ path, bytesKept }: { path: string | null; bytesKept: number }): {
  path: string | null;
  partial: string | null;
  bytes_kept: number;
} {
  const kept = path !== null && bytesKept > 0;
  return { path, partial: kept ? partialPathOf(path) : null, bytes_kept: kept ? bytesKept : 0 };
}

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds);
}

function roundToMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
