/** Points in time, near ones told from now. */
import { formatDuration } from "./duration.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** `just now`, `4 min ago`, `3 h ago`, then the day and time in the reader's own format. */
export function formatAgo(iso: string, now: number): string {
  const then = Date.parse(iso);
  const passed = now - then;
  if (passed < MINUTE_MS) return "just now";
  if (passed < HOUR_MS) return `${Math.floor(passed / MINUTE_MS)}\u00a0min ago`;
  if (passed < 12 * HOUR_MS) return `${Math.floor(passed / HOUR_MS)}\u00a0h ago`;
  return nearDay.format(then);
}

/** `in 8 s`, or `now` when it is due. */
export function formatUntil(iso: string, now: number): string {
  const left = Math.ceil((Date.parse(iso) - now) / 1000);
  return left <= 0 ? "now" : `in ${formatDuration(left)}`;
}

/** Day and time to the second, for tooltips and the history. */
export function formatTime(iso: string): string {
  return exact.format(Date.parse(iso));
}

/** Seconds between two times, or null while one is missing. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

const nearDay = new Intl.DateTimeFormat(undefined, {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const exact = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });
