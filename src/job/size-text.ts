/** Sizes and times in the words of old system C, as tools print them. */

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
