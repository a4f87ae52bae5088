import type { RateLimit, RateSchedule } from "./rate-schedule.ts";

const DAYS_A_WEEK = 7;

/** What a schedule says at a moment of local time: the first window that holds it, else the rest. Pure. */
export function limitAt({ windows, otherwise }: RateSchedule, moment: Date): RateLimit {
  const minute = moment.getHours() * 60 + moment.getMinutes();
  const today = moment.getDay();
  const yesterday = (today + DAYS_A_WEEK - 1) % DAYS_A_WEEK;
  const window = windows.find(({ days, from, to }) =>
    from < to
      ? days.includes(today) && minute >= from && minute < to
      : // Over midnight: the evening of its day, or the morning after.
        (days.includes(today) && minute >= from) || (days.includes(yesterday) && minute < to),
  );
  return window?.limit ?? otherwise;
}
