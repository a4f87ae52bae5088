/** The short form of `npm run soak`: some downloads, a few kills, stops and cut links. */
import { expect, test } from "vitest";
import { findLeaks, runSoak } from "./world/soak-run.ts";
import type { SoakSample } from "./world/soak-run.ts";
import { testSeed } from "./world/test-seed.ts";

const DOWNLOADS = 150;

test(`${DOWNLOADS} downloads through kills, stops and cut links come whole, and nothing of them stays behind`, async () => {
  const seed = testSeed();
  const { lost, samples } = await runSoak({ seed, batch: 30, done: (downloads) => downloads / DOWNLOADS });
  expect(lost, `HAULYARD_TEST_SEED=${seed}`).toEqual([]);
  expect(samples.at(-1)?.downloads).toBe(DOWNLOADS);
  // With all jobs removed the tables are as empty at the end as after the first round.
  expect(Math.max(...samples.map(({ rows }) => rows))).toBe(Math.min(...samples.map(({ rows }) => rows)));
});

test("a leak of memory, files or rows would be seen", () => {
  const flat = Array.from({ length: 30 }, (_, round): SoakSample => ({
    downloads: round,
    trouble: "none",
    life: 1,
    rssBytes: 2e8 + (round % 3) * 1e7,
    handles: 40 + (round % 2),
    rows: 7,
  }));
  expect(findLeaks(flat)).toEqual([]);
  const growing = (key: "rssBytes" | "handles" | "rows", by: number): string[] =>
    findLeaks(flat.map((sample, round) => ({ ...sample, [key]: sample[key] + round * by })));
  expect(growing("rssBytes", 1.5e7)).toEqual([expect.stringContaining("memory grew")]);
  expect(growing("handles", 1)).toEqual([expect.stringContaining("open files grew")]);
  expect(growing("rows", 1)).toEqual([expect.stringContaining("rows grew")]);
});
