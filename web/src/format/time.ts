/** Points in time, near ones told from now. */
import { formatDuration } from "./duration.ts";
import { dateFormat, t } from "../words/words.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const NEAR_DAY = dateFormat({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
const HOUR = dateFormat({ timeStyle: "medium" });
const TIME = { hour: "2-digit", minute: "2-digit" } as const;
const TODAY = dateFormat(TIME);
const ANOTHER_DAY = dateFormat({ weekday: "short", ...TIME });
const EXACT = dateFormat({ dateStyle: "medium", timeStyle: "medium" });

/** `just now`, `4 min ago`, `3 h ago`, then the day and time in the reader's own format. */
export function formatAgo(iso: string, now: number): string {
  const then = Date.parse(iso);
  const passed = now - then;
  if (passed < MINUTE_MS) return t("just now");
  if (passed < HOUR_MS) return agoOf(Math.floor(passed / MINUTE_MS) * MINUTE_MS);
  if (passed < 12 * HOUR_MS) return agoOf(Math.floor(passed / HOUR_MS) * HOUR_MS);
  return NEAR_DAY().format(then);
}

/** `in 8 s`, or `now` when it is due. */
export function formatUntil(iso: string, now: number): string {
  const left = Math.ceil((Date.parse(iso) - now) / 1000);
  return left <= 0 ? t("now") : t("in {duration}", { duration: formatDuration(left) });
}

/** Day and time to the second, for tooltips and the history. */
export function formatTime(iso: string): string {
  return EXACT().format(Date.parse(iso));
}

/** The hour to the second, in the reader's own time. */
export function formatHour(iso: string): string {
  return HOUR().format(Date.parse(iso));
}

/** `18:00`, or `Mon 08:00` on another day; in the reader's own time. @param now epoch milliseconds */
export function formatSoon(iso: string, now: number): string {
  const moment = new Date(iso);
  const sameDay = moment.toDateString() === new Date(now).toDateString();
  return (sameDay ? TODAY : ANOTHER_DAY)().format(moment);
}

/** Seconds between two times, or null while one is missing. */
export function secondsBetween(from: string | null, to: string | null): number | null {
  return from === null || to === null ? null : Math.max(0, (Date.parse(to) - Date.parse(from)) / 1000);
}

function agoOf(ms: number): string {
  return t("{duration} ago", { duration: formatDuration(ms / 1000) });
}
