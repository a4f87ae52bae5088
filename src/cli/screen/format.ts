/** Numbers for terminals: decimal units, widths that stay while a number grows. */

const UNITS = [
  { name: "B", bytes: 1, decimals: 0 },
  { name: "kB", bytes: 1e3, decimals: 0 },
  { name: "MB", bytes: 1e6, decimals: 1 },
  { name: "GB", bytes: 1e9, decimals: 2 },
  { name: "TB", bytes: 1e12, decimals: 2 },
  { name: "PB", bytes: 1e15, decimals: 2 },
] as const;

type Unit = (typeof UNITS)[number];

/** `10.73 GB`. */
export function formatBytes(bytes: number): string {
  const unit = unitFor(bytes, (each) => each.decimals);
  return `${(bytes / unit.bytes).toFixed(unit.decimals)} ${unit.name}`;
}

/** `4.83 / 10.73 GB`: both in the unit of the whole. */
export function formatBytesOf(done: number, total: number): string {
  const unit = unitFor(total, (each) => each.decimals);
  const whole = (total / unit.bytes).toFixed(unit.decimals);
  return `${(done / unit.bytes).toFixed(unit.decimals).padStart(whole.length)} / ${whole} ${unit.name}`;
}

/** `152 MB/s`, `9.8 MB/s`: never more than 8 characters up to a terabyte a second. */
export function formatSpeed(bytesPerSecond: number): string {
  const decimalsOf = (unit: Unit, value: number): number => (value >= 99.95 ? 0 : Math.min(unit.decimals, 1));
  const unit = unitFor(bytesPerSecond, decimalsOf);
  const value = bytesPerSecond / unit.bytes;
  return `${value.toFixed(decimalsOf(unit, value))} ${unit.name}/s`;
}

const MINUTE = 60;
const HOUR = 3600;
const DAY = 86_400;
/** From here on seconds only flicker. */
const MINUTES_WITHOUT_SECONDS = 10;
/** A stalled download should not promise a date. */
const LONGEST_DAYS = 99;

/** `0.4 s`: how long something took that may have been short. */
export function formatTaken(seconds: number): string {
  return seconds < 9.95 ? `${Math.max(0.1, seconds).toFixed(1)} s` : formatDuration(seconds);
}

/** `8 s`, `1 min 26 s`, `12 min`, `1 h 05 min`, `2 d 03 h`. */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < MINUTE) return `${whole} s`;
  if (whole < MINUTES_WITHOUT_SECONDS * MINUTE) return two(whole, MINUTE, "min", 1, "s");
  const minutes = Math.round(whole / MINUTE) * MINUTE;
  if (minutes < HOUR) return `${minutes / MINUTE} min`;
  if (minutes < DAY) return two(minutes, HOUR, "h", MINUTE, "min");
  const hours = Math.round(whole / HOUR) * HOUR;
  return hours > LONGEST_DAYS * DAY ? `> ${LONGEST_DAYS} d` : two(hours, DAY, "d", HOUR, "h");
}

/** `0:38`, `12:05`, `1:05:00`, `3 d`: short, for bars. */
export function formatCountdown(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole >= DAY)
    return whole > LONGEST_DAYS * DAY ? `> ${LONGEST_DAYS} d` : `${Math.round(whole / DAY)} d`;
  const digits = (value: number): string => String(value).padStart(2, "0");
  const minutes = Math.floor(whole / MINUTE) % 60;
  const rest = digits(whole % MINUTE);
  return whole < HOUR ? `${minutes}:${rest}` : `${Math.floor(whole / HOUR)}:${digits(minutes)}:${rest}`;
}

function two(seconds: number, big: number, bigName: string, small: number, smallName: string): string {
  const rest = Math.floor((seconds % big) / small);
  return `${Math.floor(seconds / big)} ${bigName} ${String(rest).padStart(2, "0")} ${smallName}`;
}

/** A value that would be printed as 1000 belongs to the next unit. */
function unitFor(bytes: number, decimalsOf: (unit: Unit, value: number) => number): Unit {
  let unit: Unit = UNITS[0];
  for (const candidate of UNITS) {
    const value = bytes / unit.bytes;
    if (Number(value.toFixed(decimalsOf(unit, value))) >= 1000) unit = candidate;
  }
  return unit;
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;

/** `18:00`, `Mon 08:00` on another day than that of `now`. Local time of whoever reads it. */
export function formatHour(moment: Date, now: Date): string {
  const day = moment.toDateString() === now.toDateString() ? "" : `${DAYS[moment.getDay()] ?? ""} `;
  return `${day}${formatTime(moment)}`;
}

/** `18:00`. */
export function formatTime(moment: Date): string {
  return [moment.getHours(), moment.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}
