/**
 * For programs: one JSON object per line on stdout, described in docs/cli-json.md. Fields are added, never
 * renamed; `v` grows if that ever has to change.
 */
import type { Failure } from "../../job/failure.ts";
import type { ChecksumState } from "../../job/job.ts";
import { etaSeconds, percentOf } from "../../job/progress.ts";
import { redactUrl } from "../../job/redact.ts";
import type { Terminal } from "../screen/terminal.ts";
import { partialPathOf } from "./plan-get.ts";
import type { GetReport } from "./report.ts";
import type { GetResult } from "./get-file.ts";
import { averageOf } from "./words.ts";

export const JSON_VERSION = 1;

/** Once a second is enough for whoever draws its own bar. */
const PROGRESS_MS = 1_000;

export function reportAsJson(terminal: Pick<Terminal, "print">): GetReport {
  let place = { index: 1, count: 1 };
  const say = (event: string, facts: object): void =>
    terminal.print(JSON.stringify({ v: JSON_VERSION, event, ...facts }));
  return {
    everyMs: PROGRESS_MS,
    begin: (step, position) => {
      place = position;
      say("begin", { ...place, url: redactUrl(step.url) });
    },
    resolved: ({ path, name, size }) => say("resolved", { index: place.index, path, name, size }),
    progress: (progress, waiting) => {
      if (waiting !== null) return;
      say("progress", {
        index: place.index,
        stage: progress.stage,
        percent: percentOf(progress, false),
        bytes_done: progress.bytesDone,
        bytes_total: progress.bytesTotal,
        bytes_per_second: Math.round(progress.bytesPerSecond),
        eta_seconds: roundOrNull(etaSeconds(progress)),
        bytes_verified: progress.bytesVerified,
        connections: progress.connections,
      });
    },
    waiting: (failure, seconds) =>
      say("waiting", { index: place.index, seconds: Math.ceil(seconds), ...failureFacts(failure) }),
    end: (result, exitCode) =>
      say(result.kind, { index: place.index, ...resultFacts(result), exit_code: exitCode }),
    finish: ({ done, failed, skipped, bytesFetched, seconds, exitCode }) =>
      say("summary", {
        done,
        failed,
        skipped,
        bytes_fetched: bytesFetched,
        seconds: roundToMs(seconds),
        exit_code: exitCode,
      }),
  };
}

function resultFacts(result: GetResult): object {
  switch (result.kind) {
    case "done": {
      const { path, size, alreadyThere, bytesFetched, seconds, checksumState } = result;
      return {
        path,
        size,
        already_there: alreadyThere,
        bytes_fetched: bytesFetched,
        seconds: roundToMs(seconds),
        bytes_per_second: Math.round(averageOf(bytesFetched, seconds)),
        checksum: checksumFacts(checksumState),
      };
    }
    case "failed":
      return { ...failureFacts(result.failure), ...keptFacts(result) };
    case "interrupted":
      return keptFacts(result);
    default:
      throw result satisfies never;
  }
}

function checksumFacts(state: ChecksumState): object {
  const { kind, ...facts } = state;
  return { state: kind, ...facts };
}

function failureFacts({ code, message, advice, retryable }: Failure): object {
  return { code, message, advice, retryable };
}

/** Where the unfinished bytes are, if there are any. */
function keptFacts({ path, bytesKept }: { path: string | null; bytesKept: number }): object {
  const kept = path !== null && bytesKept > 0;
  return { path, partial: kept ? partialPathOf(path) : null, bytes_kept: kept ? bytesKept : 0 };
}

function roundOrNull(seconds: number | null): number | null {
  return seconds === null ? null : Math.round(seconds);
}

function roundToMs(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
