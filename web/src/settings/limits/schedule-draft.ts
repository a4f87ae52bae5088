/** The limit for all as a form: one rate, or windows by day and hour. Pure. */
import { formatRate, formatSchedule } from "../../../../src/job/limit/format-rate.ts";
import { parseRate } from "../../../../src/job/limit/parse-size.ts";
import { parseSchedule } from "../../../../src/job/limit/rate-schedule.ts";
import type { Limit, RateSchedule } from "../../../../src/job/limit/rate-schedule.ts";
import { t } from "../../words/words.ts";

/** As a week is written: 0 is Sunday, as `Date.getDay` has it. */
export const WEEK = [1, 2, 3, 4, 5, 6, 0] as const;

export interface WindowDraft {
  /** For React: rows come and go. */
  key: number;
  days: readonly number[];
  /** `HH:MM`. */
  from: string;
  to: string;
  rate: string;
}

export interface ScheduleDraft {
  windows: readonly WindowDraft[];
  /** At all other times. */
  otherwise: string;
}

/** What is wrong, by the key of a window, or `otherwise`. */
export type ScheduleProblems = ReadonlyMap<number | "otherwise", string>;

const MINUTES_OF_DAY = 24 * 60;

export function toDraft(text: string): ScheduleDraft {
  const schedule: RateSchedule = parseSchedule(text) ?? { windows: [], otherwise: "none" };
  return {
    windows: schedule.windows.map(({ days, from, to, limit }, key) => ({
      key,
      days,
      from: writeTime(from),
      to: writeTime(to),
      rate: writeLimit(limit),
    })),
    otherwise: writeLimit(schedule.otherwise),
  };
}

/** What most people want first: working hours. */
export function newWindow(windows: readonly WindowDraft[]): WindowDraft {
  const key = Math.max(-1, ...windows.map((window) => window.key)) + 1;
  return { key, days: [1, 2, 3, 4, 5], from: "08:00", to: "18:00", rate: "5M" };
}

export type Checked = { kind: "ok"; text: string } | { kind: "bad"; problems: ScheduleProblems };

/** The draft as the server takes it, or what is wrong with it. */
export function checkDraft({ windows, otherwise }: ScheduleDraft): Checked {
  const problems = new Map<number | "otherwise", string>();
  const read = windows.map(({ key, days, from, to, rate }) => {
    const [begin, end, limit] = [readTime(from), readTime(to), readLimit(rate)];
    const problem = judge(days, begin, end, limit);
    if (problem !== null) problems.set(key, problem);
    return { days: [...days].sort((a, b) => a - b), from: begin ?? 0, to: end ?? 0, limit: limit ?? "none" };
  });
  const rest = readLimit(otherwise);
  if (rest === null) problems.set("otherwise", noRate());
  if (rest === null || problems.size > 0) return { kind: "bad", problems };
  return { kind: "ok", text: formatSchedule({ windows: read, otherwise: rest }) };
}

function judge(
  days: readonly number[],
  from: number | null,
  to: number | null,
  limit: Limit | null,
): string | null {
  if (days.length === 0) return t("Choose a day at least");
  if (from === null || to === null) return t("Write when it begins and ends");
  if (from === to) return t("It has to end at another time than it begins");
  return limit === null ? noRate() : null;
}

function noRate(): string {
  return t("Write a rate such as 5M or 1.5MiB/s, at least 1 KiB/s; none, or off");
}

/** Empty is no limit, as in the other fields for limits. */
function readLimit(text: string): Limit | null {
  const word = text.trim().toLowerCase();
  if (word === "" || word === "none") return "none";
  return word === "off" ? "off" : parseRate(word);
}

function writeLimit(limit: Limit): string {
  return typeof limit === "number" ? formatRate(limit) : limit;
}

function readTime(text: string): number | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})$/.exec(text) ?? [];
  if (hours === undefined || minutes === undefined) return null;
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total < MINUTES_OF_DAY ? total : null;
}

/** The end of a day is its midnight: fields for times know no 24:00, and a window may end on the next day. */
function writeTime(minutes: number): string {
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${digits(Math.floor((minutes % MINUTES_OF_DAY) / 60))}:${digits(minutes % 60)}`;
}
