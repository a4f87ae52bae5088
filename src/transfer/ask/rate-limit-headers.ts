/**
 * Servers that count requests say when they count anew. Pure.
 *
 * draft-ietf-httpapi-ratelimit-headers: `RateLimit: "default";r=0;t=29` (r left, in t seconds anew); its drafts up to
 * 07: `RateLimit: limit=100, remaining=0, reset=29`; up to 06, and still the most common, a field for each number:
 * `RateLimit-Remaining`, `RateLimit-Reset` (seconds), with `X-` in front seconds or a time in epoch seconds.
 */
import type { AnswerHeaders } from "./http-answer.ts";
import { headerOf } from "./http-answer.ts";

export interface Quota {
  /** True if nothing is left, false if something is, null if it was not said. */
  usedUp: boolean | null;
  /** Epoch milliseconds when it is filled up again, or null. */
  resetAt: number | null;
}

/** What is longer is no count of requests. Characters. */
const MAX_FIELD_LENGTH = 1000;
/** A number above it is a time (2001 on), not a wait: nobody counts over thirty years. */
const EPOCH_SECONDS = 1e9;
const EPOCH_MILLISECONDS = 1e12;

export function readQuota(headers: AnswerHeaders, now: number): Quota {
  const field = joined(headers, "ratelimit");
  const fromField = field === null ? null : (readItems(field, now) ?? readPairs(field, now));
  return fromField ?? readSingle(headers, now);
}

/** A List of Items with parameters (RFC 9651 §3.1); of several quotas the one that opens last counts. */
function readItems(field: string, now: number): Quota | null {
  const items = field.split(",").flatMap((item) => {
    const left = /;\s*r=(\d{1,15})\b/.exec(item)?.[1];
    const seconds = /;\s*t=(\d{1,9})\b/.exec(item)?.[1];
    return left === undefined ? [] : [{ usedUp: Number(left) === 0, resetAt: afterSeconds(seconds, now) }];
  });
  const closed = items.filter(({ usedUp }) => usedUp);
  const [first] = items;
  if (closed.length === 0) return first ?? null;
  const times = closed.flatMap(({ resetAt }) => (resetAt === null ? [] : [resetAt]));
  return { usedUp: true, resetAt: times.length === 0 ? null : Math.max(...times) };
}

function readPairs(field: string, now: number): Quota | null {
  const left = /\bremaining=(\d{1,15})\b/.exec(field)?.[1];
  const seconds = /\breset=(\d{1,9})\b/.exec(field)?.[1];
  if (left === undefined && seconds === undefined) return null;
  return { usedUp: left === undefined ? null : Number(left) === 0, resetAt: afterSeconds(seconds, now) };
}

function readSingle(headers: AnswerHeaders, now: number): Quota {
  for (const prefix of ["ratelimit", "x-ratelimit", "x-rate-limit"]) {
    const left = numberOf(headers, `${prefix}-remaining`);
    const after = numberOf(headers, `${prefix}-reset-after`);
    const reset = after ?? numberOf(headers, `${prefix}-reset`);
    if (left === null && reset === null) continue;
    return { usedUp: left === null ? null : left <= 0, resetAt: reset === null ? null : timeOf(reset, now) };
  }
  return { usedUp: null, resetAt: null };
}

function timeOf(reset: number, now: number): number {
  if (reset >= EPOCH_MILLISECONDS) return reset;
  return reset >= EPOCH_SECONDS ? reset * 1000 : now + reset * 1000;
}

function afterSeconds(seconds: string | undefined, now: number): number | null {
  return seconds === undefined ? null : now + Number(seconds) * 1000;
}

function numberOf(headers: AnswerHeaders, name: string): number | null {
  const text = headerOf(headers, name)?.trim() ?? "";
  return /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Number(text) : null;
}

/** RFC 9110 §5.3: a list may come in several fields. */
function joined(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  if (value === undefined) return null;
  return (typeof value === "string" ? value : value.join(", ")).slice(0, MAX_FIELD_LENGTH);
}
