/** Rates and schedules as people write them; what is written here reads back as the same. */
import { parseSize, UNIT_BYTES } from "./parse-size.ts";
import { DAYS } from "./rate-schedule.ts";
import type { Limit, RateSchedule, RateWindow } from "./rate-schedule.ts";

/** Largest first: of two that are as round, the one with the smaller number is told. */
const UNITS = ["TiB", "TB", "GiB", "GB", "MiB", "MB", "KiB", "kB", "B"] as const;
/** More are read by nobody: then rather the exact number in a smaller unit. */
const MOST_DECIMALS = 2;
/** As a week is written. */
const WEEK = [1, 2, 3, 4, 5, 6, 0];
/** From so many days in a row on, a range is shorter than a sum. */
const LEAST_RANGE = 3;

/** `5 MiB/s`, `1.5 MiB/s`, `20 MB/s`: exactly this rate, by the roundest number there is: as somebody gave it. */
export function formatRate(bytesPerSecond: number): string {
  return `${formatSize(bytesPerSecond)}/s`;
}

/** `10 GiB`, `500 MB`: exactly so many bytes, by the roundest number there is: as somebody gave it. */
export function formatSize(bytes: number): string {
  const texts = UNITS.flatMap((unit) => {
    const value = bytes / (UNIT_BYTES[unit.toLowerCase()] ?? 1);
    const decimals = value < 1 ? [] : Array.from({ length: MOST_DECIMALS + 1 }).keys();
    return [...decimals].map((count) => `${value.toFixed(count)} ${unit}`);
  });
  const exact = texts.filter((text) => parseSize(text) === bytes);
  const roundest = exact.toSorted((one, two) => digitsOf(one) - digitsOf(two) || one.length - two.length)[0];
  return roundest ?? `${bytes} B`;
}

/** How many digits a number has besides the noughts at its end. */
function digitsOf(text: string): number {
  return text.replaceAll(/[^\d]/g, "").replace(/0+$/, "").length;
}

/** `mon-fri 08:00-18:00=5MiB, 20MiB`. */
export function formatSchedule({ windows, otherwise }: RateSchedule): string {
  const parts = windows.map(formatWindow);
  // Without a last rate there is no limit outside the windows: it need not be said.
  return (parts.length > 0 && otherwise === "none" ? parts : [...parts, formatLimit(otherwise)]).join(", ");
}

/** `mon-fri 08:00-18:00=5MiB`. */
export function formatWindow({ days, from, to, limit }: RateWindow): string {
  const names = days.length === DAYS.length ? "" : `${formatDays(days)} `;
  return `${names}${formatTime(from)}-${formatTime(to)}=${formatLimit(limit)}`;
}

function formatLimit(limit: Limit): string {
  return typeof limit === "number" ? formatRate(limit).replace("/s", "").replace(" ", "") : limit;
}

/** `mon-fri`, `sat+sun`, `mon+wed-fri`. */
function formatDays(days: readonly number[]): string {
  const runs: number[][] = [];
  for (const [index, day] of WEEK.entries()) {
    if (!days.includes(day)) continue;
    const follows = index > 0 && runs.at(-1)?.at(-1) === WEEK[index - 1];
    if (follows) runs.at(-1)?.push(day);
    else runs.push([day]);
  }
  const nameOf = (day: number | undefined): string => DAYS[day ?? 0] ?? "";
  return runs
    .map((run) =>
      run.length < LEAST_RANGE ? run.map(nameOf).join("+") : `${nameOf(run[0])}-${nameOf(run.at(-1))}`,
    )
    .join("+");
}

function formatTime(minutes: number): string {
  const digits = (value: number): string => String(value).padStart(2, "0");
  return `${digits(Math.floor(minutes / 60))}:${digits(minutes % 60)}`;
}
