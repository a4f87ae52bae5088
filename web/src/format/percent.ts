/** `45 %`; a dash while the total is unknown. */
export function formatPercent(percent: number | null): string {
  return percent === null ? "–" : `${percent}\u00a0%`;
}

/** How full a bar is, 0 to 1, or null while the total is unknown. Never full before the file is in place. */
export function barFraction(done: number, total: number | null, complete: boolean): number | null {
  if (complete) return 1;
  if (total === null) return null;
  return total <= 0 ? 0 : Math.min(0.995, Math.max(0, done / total));
}

/**
 * How full the bar of a job is: by its bytes, which move it finely, as long as these say the same as the percent. That
 * of a card counts its commands that are done, too.
 */
export function jobFraction(
  {
    percent,
    bytes_done,
    bytes_total,
  }: { percent: number | null; bytes_done: number; bytes_total: number | null },
  complete: boolean,
): number | null {
  const byBytes = barFraction(bytes_done, bytes_total, complete);
  if (complete || percent === null) return byBytes;
  return byBytes !== null && Math.abs(100 * byBytes - percent) < 2 ? byBytes : Math.min(0.995, percent / 100);
}
