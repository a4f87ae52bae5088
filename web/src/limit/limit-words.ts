/** Limits as the page tells them. Pure. */
import { formatRate } from "../../../src/job/limit/format-rate.ts";
import type { LimitMessage } from "../../../src/wire/limits.ts";
import { formatSoon } from "../format/time.ts";
import { t } from "../words/words.ts";

/** No-break space: a number never parts from its unit. */
const SPACE = "\u00a0";

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
    : t("{limit} until {hour}", { limit: what, hour: formatSoon(now.until, at) });
}

/** Where it comes from, and what was there before. @param changedAgo when it was changed, in words */
export function originSentence({ source, setting, limit_rate }: LimitMessage, changedAgo: string): string {
  if (source === "person")
    return t("Changed {ago}; the setting says {setting}.", { ago: changedAgo, setting });
  return limit_rate === "none"
    ? t("Nobody has set one.")
    : t("From the setting HAULYARD_LIMIT_RATE of the server.");
}
