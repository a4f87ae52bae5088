/** Sizes as browsers show them: decimal units, numbers that keep their width while they grow. */
import { tn, writeDecimal } from "../words/words.ts";

/** No-break space: a number never parts from its unit. */
const SPACE = "\u00a0";

/** Units with the decimals that make a change visible without flickering. */
const UNITS = [
  { name: "B", bytes: 1, decimals: 0 },
  { name: "kB", bytes: 1e3, decimals: 0 },
  { name: "MB", bytes: 1e6, decimals: 1 },
  { name: "GB", bytes: 1e9, decimals: 2 },
  { name: "TB", bytes: 1e12, decimals: 2 },
  { name: "PB", bytes: 1e15, decimals: 2 },
] as const;

/** `10.73 GB`. Anything that is no size (negative, NaN) is shown as `0 B`. */
export function formatBytes(bytes: number): string {
  const { value, unit } = scale(bytes);
  return `${writeDecimal(value, unit.decimals)}${SPACE}${unit.name}`;
}

/** `152 MB/s`: one decimal less than a size, for speeds jump about anyway. */
export function formatSpeed(bytesPerSecond: number): string {
  const { value, unit } = scale(bytesPerSecond);
  const decimals = value >= 100 ? 0 : Math.min(unit.decimals, 1);
  return `${writeDecimal(value, decimals)}${SPACE}${unit.name}/s`;
}

/** `23,841,748,992 bytes`, for tooltips. */
export function formatExactBytes(bytes: number): string {
  const whole = Math.max(0, Math.round(bytes));
  return tn(whole, "{n} byte", "{n} bytes");
}

function scale(bytes: number): { value: number; unit: (typeof UNITS)[number] } {
  const size = Number.isFinite(bytes) ? Math.max(0, bytes) : 0;
  let unit: (typeof UNITS)[number] = UNITS[0];
  for (const candidate of UNITS) {
    // A value that would be printed as 1000 belongs to the next unit.
    const previous = Number((size / unit.bytes).toFixed(unit.decimals));
    if (previous >= 1000) unit = candidate;
  }
  return { value: size / unit.bytes, unit };
}
