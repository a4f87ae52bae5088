/** Limits as the page tells them. Pure. */
import { formatRate } from "../../../src/job/limit/format-rate.ts";
import type { LimitMessage } from "../../../src/wire/limits.ts";
import { dateFormat, t } from "../words/words.ts";

/** No-break space: a number never parts from its unit. */
const SPACE = "\u00a0";

const TIME = { hour: "2-digit", minute: "2-digit" } as const;
const HOUR = dateFormat(TIME);
const DAY_AND_HOUR = dateFormat({ weekday: "short", ...TIME });

/** `5 MiB/s`: as it was given, not as a measured speed. */
export function rateWord(bytesPerSecond: number): string {
  return formatRate(bytesPerSecond).replace(" ", SPACE);
}

/** What holds now, in a word or two: `5 MiB/s`, `off`; null for no limit. */
export function presentWord(limit: LimitMessage | null): string | null {
  const rate = limit?.now.bytes_per_second ?? null;
  if (rate === null) return null;
  return rate === 0 ? t("off") : rateWord(rate);
}

/** What holds now and until when: `5 MiB/s until 18:00`. */
export function presentSentence({ now }: LimitMessage, at: number): string {
  const rate = now.bytes_per_second;
  const what = rate === null ? t("No limit") : rate === 0 ? t("Off: downloads wait") : rateWord(rate);
  return now.until === null
    ? what
    : t("{limit} until {hour}", { limit: what, hour: formatHour(now.until, at) });
}

/** Where it comes from, and what was there before. @param changedAgo when it was changed, in words */
export function originSentence({ source, setting, limit_rate }: LimitMessage, changedAgo: string): string {
  if (source === "person")
    return t("Changed {ago}; the setting says {setting}.", { ago: changedAgo, setting });
  return limit_rate === "none"
    ? t("Nobody has set one.")
    : t("From the setting HAULYARD_LIMIT_RATE of the server.");
}

/** `18:00`, or `Mon 08:00` on another day; in the reader's own time. */
function formatHour(iso: string, at: number): string {
  const moment = new Date(iso);
  const sameDay = moment.toDateString() === new Date(at).toDateString();
  return (sameDay ? HOUR : DAY_AND_HOUR)().format(moment);
}
