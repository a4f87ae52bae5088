import fc from "fast-check";
import { expect, test } from "vitest";
import { chooseSpots } from "./choose-spots.ts";

const RULES = { least: 4, most: 12, bytes: 64 };
const offset = fc.nat(100_000);
const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

/** Plays the numbers over and over. */
function dice(numbers: readonly number[]): () => number {
  let nth = 0;
  return () => numbers[nth++ % numbers.length] as number;
}

test("spots lie inside the file, apart from each other, each within one part, and are not too many", () => {
  fc.assert(
    fc.property(offset, fc.array(offset), fc.array(chance, { minLength: 1 }), (size, seams, numbers) => {
      const spots = chooseSpots(size, seams, dice(numbers), RULES);
      expect(spots.length).toBeLessThanOrEqual(RULES.most);
      if (size > 0) expect(spots.length).toBeGreaterThan(0);
      let last = 0;
      for (const [start, end] of spots) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(size);
        expect(end - start).toBeLessThanOrEqual(RULES.bytes);
        expect(seams.some((seam) => start < seam && seam < end)).toBe(false);
        last = end;
      }
    }),
  );
});

test("every part has a spot as long as there are no more parts than spots", () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.integer({ min: 1, max: 9_999 }), { maxLength: RULES.most - 1 }),
      fc.array(chance, { minLength: 1 }),
      (seams, numbers) => {
        const edges = [0, ...seams.toSorted((one, two) => one - two), 10_000];
        const spots = chooseSpots(10_000, seams, dice(numbers), RULES);
        for (const [nth, end] of edges.slice(1).entries()) {
          const start = edges[nth] as number;
          expect(spots.some((spot) => spot[0] >= start && spot[1] <= end)).toBe(true);
        }
      },
    ),
  );
});

test("of too many parts the first one is always looked at: it came without a range", () => {
  const seams = Array.from({ length: 100 }, (_, nth) => (nth + 1) * 100);
  for (const number of [0, 0.3, 0.7, 0.999]) {
    const spots = chooseSpots(10_200, seams, dice([number]), RULES);
    expect(spots).toHaveLength(RULES.most);
    expect(spots[0]?.[1]).toBeLessThanOrEqual(100);
  }
});

test("a spot begins inside its part where there is room, not where the part began", () => {
  const spots = chooseSpots(10_000, [5_000], dice([0.5]), RULES);
  for (const [start] of spots) expect([0, 5_000]).not.toContain(start);
});

test("an empty file has no spots", () => {
  expect(chooseSpots(0, [], () => 0, RULES)).toEqual([]);
});
