import { expect, test } from "vitest";
import { SlowStart } from "./slow-start.ts";

const MB = 1_000_000;

interface Link {
  /** Bytes per second of so many connections together. */
  speed: (connections: number) => number;
  firstByteMs?: number;
  most?: number;
  missing?: number;
  /** Share of the time that our own thread is at work. */
  busy?: (connections: number) => number;
  /** Bytes per second that a limit lets through. */
  limit?: number;
}

/** Lets a link run for so long; answers how many connections there were, in tenths of a second. */
function run(link: Link, seconds: number, pace = new SlowStart(0), from = 0): number[] {
  const { speed, firstByteMs = 5, most = 64, missing = 1e12, busy = () => 0.1, limit = Infinity } = link;
  const counts: number[] = [];
  let bytes = 0;
  let busyMs = 0;
  for (let now = from; now < from + seconds * 1000; now += 50) {
    const held = speed(pace.target) > limit;
    bytes += Math.min(limit, speed(pace.target)) / 20;
    busyMs += busy(pace.target) * 50;
    const [delivering, left] = [pace.target, missing - bytes];
    const cap = held ? Math.min(most, pace.target) : most;
    pace.observe({ now, bytes, delivering, missing: left, busyMs, firstByteMs, held }, cap);
    if (now % 100 === 0) counts.push(pace.target);
  }
  return counts;
}

test("where every connection brings as much as the first, there are soon as many as there may be", () => {
  const counts = run({ speed: (connections) => connections * 20 * MB }, 3);
  expect(new Set(counts)).toEqual(new Set([1, 2, 4, 8, 16, 32, 64]));
  expect(counts.at(-1)).toBe(64);
});

test("where one connection fills the link, there is one, but for a short look now and then", () => {
  const counts = run({ speed: () => 100 * MB }, 60);
  expect(counts.filter((count) => count > 1).length).toBeLessThan(counts.length / 10);
  expect(Math.max(...counts)).toBe(2);
});

test("growth ends where the link is full, at the fewest connections that fill it", () => {
  const counts = run({ speed: (connections) => Math.min(connections * 10, 70) * MB }, 9);
  expect(counts.at(-1)).toBe(8);
});

test("there are no more than our own thread has time for", () => {
  const link: Link = {
    speed: (connections) => connections * 300 * MB,
    busy: (connections) => connections * 0.25,
  };
  expect(Math.max(...run(link, 30))).toBe(4);
  expect(Math.max(...run({ speed: () => 1500 * MB, busy: () => 0.95 }, 30))).toBe(1);
});

test("a person's cap is kept", () => {
  expect(Math.max(...run({ speed: (connections) => connections * 20 * MB, most: 6 }, 5))).toBe(6);
});

test("what is done in a moment gets no second connection", () => {
  expect(run({ speed: () => 1000 * MB, missing: 800 * MB }, 0.8).at(-1)).toBe(1);
});

test("over a long way every step is given the time it needs", () => {
  const near = run({ speed: (connections) => connections * MB }, 2);
  const far = run({ speed: (connections) => connections * MB, firstByteMs: 200 }, 2);
  expect(far.at(-1)).toBeLessThan(near.at(-1) as number);
});

test("what the server refused is not tried again before the pause is over", () => {
  const link: Link = { speed: (connections) => connections * 20 * MB };
  const pace = new SlowStart(0);
  run(link, 1, pace);
  pace.refuse(5, 31_000);
  expect(pace.target).toBe(5);
  expect(Math.max(...run(link, 29, pace, 1_000))).toBe(5);
  expect(Math.max(...run(link, 5, pace, 31_000))).toBe(64);
});

test("growth begins anew when the speed collapses under many, and ends where it is best", () => {
  let patient = true;
  const speed = (connections: number): number => (patient || connections <= 4 ? connections * 20 : 1) * MB;
  const pace = new SlowStart(0);
  expect(run({ speed, most: 16 }, 5, pace).at(-1)).toBe(16);
  patient = false;
  expect(run({ speed, most: 16 }, 25, pace, 5_000).at(-1)).toBe(4);
});

test.each([2, 3.5, 8, 15])("under a limit of %d MB/s there are soon no more than it takes", (limit) => {
  const link: Link = { speed: (connections) => connections * 2 * MB, most: 16 };
  const pace = new SlowStart(0);
  expect(run(link, 3, pace).at(-1)).toBe(16);
  const enough = Math.ceil(limit / 2);
  run({ ...link, limit: limit * MB }, 15, pace, 3_000);
  const counts = run({ ...link, limit: limit * MB }, 60, pace, 18_000);
  expect(counts.filter((count) => count >= 2 * enough).length).toBeLessThan(counts.length / 10);
  expect(counts.filter((count) => count < enough).length).toBeLessThan(counts.length / 10);
});

test("a limit that is lifted is no longer kept to", () => {
  const link: Link = { speed: (connections) => connections * 2 * MB, most: 16 };
  const pace = new SlowStart(0);
  expect(run({ ...link, limit: 2 * MB }, 30, pace).at(-1)).toBe(1);
  expect(run(link, 15, pace, 30_000).at(-1)).toBe(16);
});
