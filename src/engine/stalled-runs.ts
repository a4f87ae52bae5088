/** Runs that have brought nothing for longer than anything here explains. */
import type { JobId } from "../job/job.ts";
import { stalledAfterMs } from "../job/stall-policy.ts";
import type { Run } from "./run.ts";
import { isTransferHere, urlOf } from "./run.ts";
import type { RunnerParts } from "./runner-parts.ts";

type StallParts = Pick<RunnerParts, "meter" | "stallMs" | "limit" | "originRate">;

export function stalledRuns(runs: readonly Run[], now: number, parts: StallParts): JobId[] {
  const isStalled = (run: Run): boolean => {
    const { job, startedAt, stopping } = run;
    const progress = parts.meter.progressOf(job.id);
    if (progress === null || stopping !== null || !isTransferHere(job)) return false;
    if (progress.stage !== "connecting" && progress.stage !== "downloading") return false;
    const patienceMs = stalledAfterMs(parts.stallMs(), limitOf(run, runs.length, parts));
    return now - Math.max(startedAt, progress.movedAt ?? 0) > patienceMs;
  };
  return runs.filter(isStalled).map(({ job }) => job.id);
}

/** What limits leave one of so many runs; null for none. Bytes per second. */
function limitOf(run: Run, among: number, { limit, originRate }: StallParts): number | null {
  const all = isBeyondLimit(run, limit) ? null : limit.bytesPerSecond();
  const origin = originRate(urlOf(run.job));
  const shared = Math.min(all ?? Infinity, origin ?? Infinity) / among;
  const rate = Math.min(run.limitBytesPerSecond ?? Infinity, shared);
  return rate === Infinity ? null : rate;
}

/** At hours at which nothing may run, whoever runs all the same would get nothing of the limit for all. */
export function isBeyondLimit({ runsNow }: Run, limit: Pick<RunnerParts["limit"], "closed">): boolean {
  return runsNow && limit.closed() !== null;
}
