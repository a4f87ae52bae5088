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
