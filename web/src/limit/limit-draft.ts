/** What a person writes into a field for a limit → what the server is asked. Pure. */
import { parseRate } from "../../../src/job/limit/parse-size.ts";
import { parseSchedule } from "../../../src/job/limit/rate-schedule.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export interface LimitDraft {
  limit: string;
}

/** Nothing, or one of the words for it. */
export function isNone(text: string): boolean {
  return /^(?:none|no limit|unlimited)?$/i.test(text.trim());
}

/** For all downloads: a rate, or windows. */
export function checkOverall({ limit }: LimitDraft): DraftErrors<LimitDraft> {
  if (isNone(limit) || parseSchedule(limit) !== null) return {};
  return {
    limit: t("Write a rate such as 20M, or none or off, or windows: mon-fri 08:00-18:00=5M, 20M"),
  };
}

/** For one download: a rate. */
export function checkOne({ limit }: LimitDraft): DraftErrors<LimitDraft> {
  if (isNone(limit) || parseRate(limit) !== null) return {};
  return {
    limit: t("Write a rate such as 500k, 5M or 1.5MiB/s, at least 1 KiB/s; empty is no limit"),
  };
}
