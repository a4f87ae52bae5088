import { UsageError } from "../usage-error.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, s: 1, m: 60, h: 3_600 };

/** Seconds of `90`, `90s`, `30m` or `2h`; null where nothing was said. @throws UsageError */
export function readSeconds(text: string | undefined): number | null {
  if (text === undefined) return null;
  const [, number, unit = ""] = /^(\d{1,7})([smh]?)$/.exec(text) ?? [];
  if (number === undefined)
    throw new UsageError(`--drain-timeout: expected a time as 90s, 30m or 2h, not '${text.slice(0, 100)}'.`);
  return Number(number) * (UNITS[unit] ?? 1);
}
