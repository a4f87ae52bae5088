/** How long something took, many times. */

export interface Timing {
  median: number;
  p99: number;
  worst: number;
  count: number;
}

/** @param took milliseconds, in any order */
export function timingOf(took: readonly number[]): Timing {
  const sorted = took.toSorted((a, b) => a - b);
  const at = (part: number): number =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
  return { median: at(0.5), p99: at(0.99), worst: at(1), count: sorted.length };
}

export function inMs(ms: number): string {
  return ms < 10 ? ms.toFixed(2) : ms.toFixed(0);
}
