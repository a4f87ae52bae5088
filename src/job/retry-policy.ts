import type { Failure } from "./failure.ts";

/** Runs that may fail in a row, without a new byte in between, before the job does. */
export const MAX_FAILURES_IN_A_ROW = 6;

/** First pause; doubles with every failure in a row. */
const FIRST_PAUSE_MS = 2_000;
/** Longest pause of our own choice: a server that is back should not be missed for long. */
const LONGEST_PAUSE_MS = 60_000;
/** Longest pause a server may ask for (Retry-After); more than a day is taken as a day. */
const LONGEST_ASKED_PAUSE_MS = 24 * 3600 * 1000;

/**
 * When to try a failed step again.
 *
 * @param failures how many runs failed in a row before this one; 0 when bytes came meanwhile
 * @param random 0 to 1: full jitter on the upper half, so that many jobs of one origin spread out
 * @returns epoch milliseconds, or null for never
 */
export function planRetry(failure: Failure, failures: number, now: number, random: number): number | null {
  if (!failure.retryable) return null;
  if (failure.retryAt !== null) return Math.min(Math.max(failure.retryAt, now), now + LONGEST_ASKED_PAUSE_MS);
  if (failures + 1 >= MAX_FAILURES_IN_A_ROW) return null;
  return now + pauseMs(failures, random);
}

/** Exponential pause with jitter: from half of the step to the whole of it. Milliseconds. */
export function pauseMs(failures: number, random: number): number {
  const step = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return Math.round(step / 2 + (step / 2) * random);
}
