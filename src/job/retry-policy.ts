import { isRetryable } from "./failure.ts";
import type { Failure } from "./failure.ts";
import type { RetryTable } from "./retries.ts";

/** Runs that may fail in a row, without a new byte in between, before the job does. */
export const MAX_FAILURES_IN_A_ROW = 6;

/** First pause; doubles with every failure in a row. */
const FIRST_PAUSE_MS = 2_000;
/** Longest pause of our own choice: a server that is back should not be missed for long. */
const LONGEST_PAUSE_MS = 60_000;
/** Longest pause a server may ask for (Retry-After, RFC 9110 §10.2.3); more than a day is taken as a day. */
const LONGEST_ASKED_PAUSE_MS = 24 * 3600 * 1000;

/**
 * When to try a failed step again.
 *
 * A server that says when to come back is asked again then, as often as it says so; but never sooner than our
 * own pause: `Retry-After: 0` from a server that refuses all the time must not become a storm of requests.
 *
 * @param failures how many runs failed in a row before this one; 0 when bytes came meanwhile
 * @param random 0 to 1: full jitter on the upper half, so that many jobs of one origin spread out
 * @param retries what a person wants: then it holds for servers that say when to come back, too
 * @returns epoch milliseconds, or null for never
 */
export function planRetry(
  failure: Failure,
  failures: number,
  now: number,
  random: number,
  retries: RetryTable = {},
): number | null {
  const wanted = retries[failure.code];
  // Of this very one it is known that another try is in vain, though others of its code are worth one.
  if (!failure.retryable && (wanted === undefined || isRetryable(failure.code))) return null;
  if (wanted !== undefined && failures + 1 > wanted) return null;
  const ours = now + pauseMs(failures, random);
  if (failure.retryAt !== null)
    return Math.min(Math.max(failure.retryAt, ours), now + LONGEST_ASKED_PAUSE_MS);
  return wanted === undefined && failures + 1 >= MAX_FAILURES_IN_A_ROW ? null : ours;
}

/** Exponential pause with jitter: from half of the step to the whole of it. Milliseconds. */
export function pauseMs(failures: number, random: number): number {
  const step = Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS);
  return Math.round(step / 2 + (step / 2) * random);
}
