/**
 * Measures again and again until what comes fits. A busy machine spoils a measurement and nobody can tell which: one
 * good one shows that it can be so, none of them in minutes that it is not.
 */
export async function untilMeasured<T>(
  what: string,
  measure: () => Promise<T>,
  fits: (measured: T) => boolean,
): Promise<T> {
  const all: T[] = [];
  const end = performance.now() + LONGEST_MS;
  do {
    const measured = await measure();
    if (fits(measured)) return measured;
    all.push(measured);
  } while (performance.now() < end);
  throw new Error(
    `${what}: of ${all.length} measurements none; the last ones: ${JSON.stringify(all.slice(-5))}`,
  );
}

const LONGEST_MS = 200_000;

export function isBetween(least: number, value: number, most: number): boolean {
  return least < value && value < most;
}
