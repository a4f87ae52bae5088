/** Sizes and rates as people write them: `20M`, `1.5GiB`, `500kB`, `4096`. */

/** By name in lower case. Powers of 1024 as wget and curl take single letters; the ISO units mean what they say. */
export const UNIT_BYTES: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  k: 1024,
  ki: 1024,
  kib: 1024,
  kb: 1000,
  m: 1024 ** 2,
  mi: 1024 ** 2,
  mib: 1024 ** 2,
  mb: 1000 ** 2,
  g: 1024 ** 3,
  gi: 1024 ** 3,
  gib: 1024 ** 3,
  gb: 1000 ** 3,
  t: 1024 ** 4,
  ti: 1024 ** 4,
  tib: 1024 ** 4,
  tb: 1000 ** 4,
};

/** Slower than this is no download: the headers of its own requests would be more. Bytes per second. */
export const MIN_RATE = 1024;

/** How sizes are written, for help texts. */
export const SIZE_FORM = "a number with K, M, G, T or KiB, MiB… (of 1024), or kB, MB… (of 1000)";

/** Whole bytes, or null if the text is no size. */
export function parseSize(text: string): number | null {
  const match = /^(\d{1,15}(?:\.\d{1,9})?) ?([A-Za-z]{0,3})$/.exec(text.trim());
  const factor = UNIT_BYTES[(match?.[2] ?? "none").toLowerCase()];
  if (match === null || factor === undefined) return null;
  const bytes = Math.round(Number(match[1]) * factor);
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** Bytes per second, at least `MIN_RATE`, or null; `/s` may follow the size. */
export function parseRate(text: string): number | null {
  const rate = parseSize(text.trim().replace(/\/s$/i, ""));
  return rate !== null && rate >= MIN_RATE ? rate : null;
}
