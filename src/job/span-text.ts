/** A span of time in a sentence: `45 s`, `12 minutes`. */
export function spanText(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  return minutes < 2 ? `${Math.round(ms / 1000)} s` : `${minutes} minutes`;
}
