/**
 * A limit for all local transfers together, which may change with day and hour:
 * `20M`, or `mon-fri 08:00-18:00=5M, 22:00-06:00=none, 20M`.
 */
import { parseRate } from "./parse-size.ts";

/** Bytes per second; `none` for no limit; `off`: downloads wait until the window ends. */
export type Limit = number | "none" | "off";

export interface RateWindow {
  /** Days on which the window begins: 0 is Sunday, as `Date.getDay` has it. */
  days: readonly number[];
  /** Minutes after midnight, local time. `to` at or before `from` is on the next day. */
  from: number;
  to: number;
  limit: Limit;
}

export interface RateSchedule {
  /** In the order written: the first that fits counts. */
  windows: readonly RateWindow[];
  /** When no window fits. */
  otherwise: Limit;
}

/** None, at any time. */
export const NO_LIMIT: RateSchedule = { windows: [], otherwise: "none" };

/** How a schedule is written, for help texts and for complaints. */
export const SCHEDULE_FORM =
  "a rate (20M, 1.5MiB/s, none, off), or windows before it: 'mon-fri 08:00-18:00=5M, 20M'";

/** Names of days, in the order of `Date.getDay`. */
export const DAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

const EVERY_DAY: readonly number[] = [0, 1, 2, 3, 4, 5, 6];
/** More windows than this is not a schedule a person wrote. */
const MAX_WINDOWS = 64;

const DAYS_FORM = `(?:((?:${DAYS.join("|")})[a-z+-]*) +)?`;
const TIMES_FORM = String.raw`(\d\d):(\d\d) *- *(\d\d):(\d\d)`;
/** `mon-fri 08:00-18:00=5M`, or with a space in place of the sign. */
const RATE_LAST = new RegExp(String.raw`^${DAYS_FORM}${TIMES_FORM}(?: *= *| +)(?<rate>\S.*)$`);
/** `5M mon-fri 08:00-18:00`: as one says it. */
const RATE_FIRST = new RegExp(String.raw`^(?<rate>\S.*?) +${DAYS_FORM}${TIMES_FORM}$`);

/** The schedule a text says, or null if it says none. Without a last rate there is no limit outside the windows. */
export function parseSchedule(text: string): RateSchedule | null {
  const parts = text.split(",").map((part) => part.trim().toLowerCase());
  if (parts.length > MAX_WINDOWS) return null;
  const last = parts.at(-1) ?? "";
  const otherwise = last.includes(":") ? "none" : parseLimit(last);
  const windows = (last.includes(":") ? parts : parts.slice(0, -1)).map(parseWindow);
  if (otherwise === null || windows.includes(null)) return null;
  return { windows: windows.filter((window) => window !== null), otherwise };
}

function parseWindow(text: string): RateWindow | null {
  const last = RATE_LAST.exec(text);
  const match = last ?? RATE_FIRST.exec(text);
  if (match === null) return null;
  // The rate is a group of its own, before or behind the others.
  const [names, ...times] = last === null ? match.slice(2) : match.slice(1, 6);
  const days = names === undefined ? EVERY_DAY : parseDays(names);
  const from = toMinutes(times[0], times[1]);
  const to = toMinutes(times[2], times[3]);
  const limit = parseLimit(match.groups?.["rate"] ?? "");
  if (days === null || from === null || to === null || limit === null) return null;
  // 24:00 is an end, not a beginning; and a window from an hour to itself could mean nothing or all day.
  return from === 24 * 60 || from === to ? null : { days, from, to, limit };
}

/** `mon`, `mon-fri`, `fri-mon`, `sat+sun`. */
function parseDays(text: string): readonly number[] | null {
  const days = new Set<number>();
  for (const part of text.split("+")) {
    const ends = part.split("-").map((name) => (DAYS as readonly string[]).indexOf(name));
    const [first = -1, last = first] = ends;
    if (ends.length > 2 || first === -1 || last === -1) return null;
    for (let day = first; ; day = (day + 1) % 7) {
      days.add(day);
      if (day === last) break;
    }
  }
  return [...days].sort((a, b) => a - b);
}

function toMinutes(hours = "", minutes = ""): number | null {
  const total = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && total <= 24 * 60 ? total : null;
}

function parseLimit(text: string): Limit | null {
  return text === "none" || text === "off" ? text : parseRate(text);
}
