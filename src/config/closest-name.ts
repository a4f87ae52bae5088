/** The name a person may have meant: the closest within two slips, or null. */
export function closestName(given: string, names: readonly string[]): string | null {
  let best: string | null = null;
  let least = Math.min(2, Math.floor(given.length / 3)) + 1;
  for (const name of names) {
    const slips = countSlips(given.toUpperCase(), name.toUpperCase());
    if (slips < least) [best, least] = [name, slips];
  }
  return best;
}

/** Letters left out, put in, mistaken or swapped (optimal string alignment distance). */
function countSlips(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, column) => column)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? Infinity;
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    rows.push(row);
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      row.push(
        Math.min(
          at(i - 1, j) + 1,
          at(i, j - 1) + 1,
          at(i - 1, j - 1) + (same ? 0 : 1),
          swapped ? at(i - 2, j - 2) + 1 : Infinity,
        ),
      );
    }
  }
  return at(a.length, b.length);
}
