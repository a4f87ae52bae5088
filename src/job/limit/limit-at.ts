import type { Limit, RateSchedule, RateWindow } from "./rate-schedule.ts";

const MINUTE_MS = 60_000;
const DAYS_A_WEEK = 7;
const MINUTES_A_DAY = 24 * 60;
/** Clocks are put forward and back at full and half hours (by half an hour on Lord Howe Island). */
const HALF_HOUR = 30;
/** A week later all is as it was; a day more for a clock that is put back meanwhile. */
const LOOK_AHEAD_MS = 8 * MINUTES_A_DAY * MINUTE_MS;

export interface LimitNow {
  limit: Limit;
  /** The window it comes from; null outside of all. */
  window: RateWindow | null;
}

/** What a schedule says at a moment of local time: the first window that holds it, else the rest. Pure. */
export function limitAt({ windows, otherwise }: RateSchedule, moment: Date): LimitNow {
  const minute = minuteOf(moment);
  const today = moment.getDay();
  const yesterday = (today + DAYS_A_WEEK - 1) % DAYS_A_WEEK;
  const window = windows.find(({ days, from, to }) =>
    from < to
      ? days.includes(today) && minute >= from && minute < to
      : // Over midnight: the evening of its day, or the morning after.
        (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to),
  );
  return window === undefined ? { limit: otherwise, window: null } : { limit: window.limit, window };
}

/** When another limit begins; null if that is not within a week. Pure. */
export function nextChange(schedule: RateSchedule, moment: Date): Date | null {
  const { limit } = limitAt(schedule, moment);
  const edges = schedule.windows.flatMap(({ from, to }) => [from, to]);
  if (edges.length === 0) return null;
  const last = moment.getTime() + LOOK_AHEAD_MS;
  for (let at = beginOfMinute(moment); at <= last;) {
    // Nothing changes before the next edge, unless the clock is put forward or back.
    const minute = minuteOf(new Date(at));
    const steps = [
      ...edges.map((edge) => (edge - minute + MINUTES_A_DAY - 1) % MINUTES_A_DAY),
      HALF_HOUR - 1 - (minute % HALF_HOUR),
    ];
    at += (Math.min(...steps) + 1) * MINUTE_MS;
    if (limitAt(schedule, new Date(at)).limit !== limit) return new Date(at);
  }
  return null;
}

function minuteOf(moment: Date): number {
  return moment.getHours() * 60 + moment.getMinutes();
}

function beginOfMinute(moment: Date): number {
  return Math.floor(moment.getTime() / MINUTE_MS) * MINUTE_MS;
}
