/** One download, run again as often as the retry policy says. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../../job/clock.ts";
import { failure as failureOf } from "../../job/failure.ts";
import type { Failure, FailureCode } from "../../job/failure.ts";
import type { ChecksumState, TransferStep } from "../../job/job.ts";
import type { Resolved, RunTransfer, TransferOutcome } from "../../job/transfer-contract.ts";
import { planRetry } from "../../job/retry-policy.ts";
import type { Gauge } from "./gauge.ts";
import { partialPathOf } from "./plan-get.ts";

export type GetResult =
  | {
      kind: "done";
      path: string;
      size: number;
      checksumState: ChecksumState;
      /** It was there and whole before: nothing was fetched. */
      alreadyThere: boolean;
      bytesFetched: number;
      seconds: number;
    }
  | { kind: "failed"; failure: Failure; path: string | null; bytesKept: number }
  | { kind: "interrupted"; path: string | null; bytesKept: number };

/** Told what happens; progress is asked for by whoever draws. */
export interface GetWatcher {
  /** Its path is known: a failure given back ends it. */
  named(path: string): Failure | null;
  resolved(facts: Resolved): void;
  /** It failed and is tried again after so many seconds. */
  waiting(failure: Failure, seconds: number): void;
}

export interface GetParts {
  run: RunTransfer;
  clock: Clock;
  random: () => number;
  /** For one file, at most; null: as many as help. */
  connections: number | null;
}

/**
 * A run tries several times by itself. If a host has never answered then, its name is rather misspelt than the
 * host busy, and somebody at the terminal waits to hear it.
 */
const NEVER_ANSWERED: ReadonlySet<FailureCode> = new Set(["dns_failed", "connection_failed", "timed_out"]);

export async function getFile(
  step: TransferStep,
  gauge: Gauge,
  watcher: GetWatcher,
  parts: GetParts,
  signal: AbortSignal,
): Promise<GetResult> {
  const { clock, random } = parts;
  const beganAt = clock.now();
  let path = step.name === null ? null : join(step.folder, step.name);
  let answered = false;
  const seen: GetWatcher = {
    ...watcher,
    resolved: (facts) => {
      path = facts.path;
      answered = true;
      watcher.resolved(facts);
    },
  };
  for (let failures = 0; ; failures++) {
    const outcome = await runOnce(step, gauge, seen, parts, signal);
    if (outcome.kind === "complete") return toDone(outcome, gauge, (clock.now() - beganAt) / 1000);
    const problem = failureIn(outcome);
    if (problem === null || signal.aborted) return { kind: "interrupted", ...keptAt(path, gauge) };
    if (outcome.kind === "failed" && outcome.bytesCame) failures = 0;
    // A queue may wait until another machine is done or gone; a person is told.
    const neverAnswered = !answered && NEVER_ANSWERED.has(problem.code);
    const again = outcome.kind === "failed" && !neverAnswered && problem.code !== "destination_busy";
    const retryAt = again ? planRetry(problem, failures, clock.now(), random()) : null;
    if (retryAt === null) return { kind: "failed", failure: problem, ...keptAt(path, gauge) };
    const now = clock.now();
    watcher.waiting(problem, Math.max(0, retryAt - now) / 1000);
    gauge.wait(problem, retryAt);
    await clock.sleep(retryAt - now, signal);
    if (signal.aborted) return { kind: "interrupted", ...keptAt(path, gauge) };
  }
}

/** What is kept of an unfinished file: nothing where it turned out to be the wrong one. */
function keptAt(path: string | null, gauge: Gauge): { path: string | null; bytesKept: number } {
  const isThere = path !== null && existsSync(partialPathOf(path));
  return { path, bytesKept: isThere ? gauge.bytesKept() : 0 };
}

function runOnce(
  step: TransferStep,
  gauge: Gauge,
  { named, resolved }: GetWatcher,
  { run, connections }: GetParts,
  signal: AbortSignal,
): Promise<TransferOutcome> {
  gauge.begin();
  const watcher = {
    named,
    resolved: async (facts: Resolved) => {
      resolved(facts);
      return null;
    },
    progress: gauge.take,
  };
  // This process promises no space to anybody else.
  return run(step, watcher, {
    signal,
    // The limit is one for all files together.
    limitBytesPerSecond: () => null,
    connections,
    reservedBytes: async () => 0,
  });
}

function failureIn(outcome: TransferOutcome): Failure | null {
  switch (outcome.kind) {
    case "complete":
    case "stopped":
      return null;
    case "failed":
      return outcome.failure;
    case "no_space":
      return failureOf("no_space", outcome.message, { advice: "Free some space and run the command again." });
    default:
      throw outcome satisfies never;
  }
}

function toDone(
  { path, size, checksumState, alreadyThere }: Extract<TransferOutcome, { kind: "complete" }>,
  gauge: Gauge,
  seconds: number,
): GetResult {
  const bytesFetched = alreadyThere ? 0 : gauge.bytesFetched(size);
  return { kind: "done", path, size, checksumState, alreadyThere, bytesFetched, seconds };
}
