/** Spans of time, in at most two units: nobody plans by the seconds of an hour. */
import { t } from "../words/words.ts";

const SPACE = "\u00a0";
const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** From here on seconds are left out: they would only flicker. */
const MINUTES_WITHOUT_SECONDS = 10;
/** Longer than this is as good as never: a stalled download should not promise a date. */
const LONGEST_DAYS = 99;

type Unit = "s" | "min" | "h" | "d";

/** `8 s`, `1 min 26 s`, `12 min`, `1 h 5 min`, `2 d 3 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 1) return part(1, "s");
  if (whole < MINUTE) return part(whole, "s");
  if (whole < MINUTES_WITHOUT_SECONDS * MINUTE) return two(whole, MINUTE, "min", 1, "s");
  const minutes = Math.round(whole / MINUTE) * MINUTE;
  if (minutes < HOUR) return part(minutes / MINUTE, "min");
  if (minutes < DAY) return two(minutes, HOUR, "h", MINUTE, "min");
  const hours = Math.round(whole / HOUR) * HOUR;
  if (hours > LONGEST_DAYS * DAY) return `> ${part(LONGEST_DAYS, "d")}`;
  return two(hours, DAY, "d", HOUR, "h");
}

function two(seconds: number, big: number, bigName: Unit, small: number, smallName: Unit): string {
  const rest = Math.floor((seconds % big) / small);
  const head = part(Math.floor(seconds / big), bigName);
  return rest === 0 ? head : `${head} ${part(rest, smallName)}`;
}

function part(count: number, unit: Unit): string {
  return `${count}${SPACE}${unitWord(unit)}`;
}

function unitWord(unit: Unit): string {
  switch (unit) {
    case "s":
      return t("s");
    case "min":
      return t("min");
    case "h":
      return t("h");
    case "d":
      return t("d");
    default:
      throw unit satisfies never;
  }
}
