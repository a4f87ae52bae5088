/** Sizes, speeds and times as tools print them, and as our events do. */

const POWERS: Record<string, number> = { "": 0, k: 1, K: 1, M: 2, G: 3, T: 4, P: 5, E: 6, Z: 7, Y: 8 };

export type Base = 1000 | 1024;

/** Number, prefix, `i`, unit. The number of a tool has one separator at most; which one is up to the locale. */
const SIZE = /^([0-9]{1,20})(?:[.,]([0-9]{1,20}))?[ \u00a0\u202f]?([kKMGTPEZY]?)(i?)(B|b|bytes?)?(?:\/s)?$/;

/**
 * Bytes (or bits: `b` is an eighth) that a size or a speed means, or null if it is none.
 *
 * @param base what the prefix counts in where no `i` says that it is 1024
 */
export function readSize(text: string, base: Base): number | null {
  const match = SIZE.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction, prefix = "", i, unit] = match;
  const number = fraction === undefined ? Number(whole) : Number(`${whole}.${fraction}`);
  const bytes = number * (i === "i" ? 1024 : base) ** (POWERS[prefix] ?? 0);
  return safe(Math.round(unit === "b" ? bytes / 8 : bytes));
}

/** Beyond 9 PB numbers are no longer exact, and no file is that large. */
function safe(bytes: number): number | null {
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A number with or without marks between thousands: `3,500,000`, `3.500.000`, `3 500 000`. */
export function readGrouped(text: string): number | null {
  return /^[0-9]{1,20}$|^[0-9]{1,3}(?:[.,' \u00a0\u202f][0-9]{3}){1,6}$/.test(text)
    ? safe(Number(text.replaceAll(/\D/g, "")))
    : null;
}

const SPOKEN = /^(?:(\d{1,9})d)? ?(?:(\d{1,9})h)? ?(?:(\d{1,9})m)? ?(?:(\d{1,9}(?:[.,]\d{1,9})?)s)?$/;

/** Seconds of `5s`, `1m 30s`, `1m30s`, `2h5m`, `2d 14h`, `0,5s`; null if it is no such time. */
export function readSpoken(text: string): number | null {
  const match = /\d/.test(text) ? SPOKEN.exec(text) : null;
  if (match === null) return null;
  const [, d = "0", h = "0", m = "0", s = "0"] = match;
  return ((Number(d) * 24 + Number(h)) * 60 + Number(m)) * 60 + Number(s.replace(",", "."));
}

/** Seconds of `0:05`, `00:05`, `1:02:03`, `26:03:04`; null for `--:--:--`, `?` and the like. */
export function readClock(text: string): number | null {
  const match = /^(?:(\d{1,9}):)?(\d{1,9}):(\d{1,2})$/.exec(text);
  if (match === null) return null;
  return (Number(match[1] ?? 0) * 60 + Number(match[2])) * 60 + Number(match[3]);
}

const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"] as const;

/** `50.0MiB`; whole bytes below one KiB. */
export function formatSize(bytes: number): string {
  let value = bytes;
  let unit = 0;
  // What would be shown as 1024.0 belongs to the next unit.
  while (value >= 1023.95 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  if (unit === 0) return `${Math.round(value)}B`;
  const tenths = Math.round(value * 10);
  return `${Math.floor(tenths / 10)}.${tenths % 10}${UNITS[unit]}`;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;

/** The two greatest units of `2d 14h`, `2h 5m`, `1m 30s`, `5s`. */
export function formatEta(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < MINUTE) return `${whole}s`;
  if (whole < HOUR) return two(whole, MINUTE, "m", 1, "s");
  return whole < DAY ? two(whole, HOUR, "h", MINUTE, "m") : two(whole, DAY, "d", HOUR, "h");
}

function two(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  return `${Math.floor(seconds / big)}${bigName} ${Math.floor((seconds % big) / small)}${smallName}`;
}
