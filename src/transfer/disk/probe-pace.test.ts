import { describe, expect, test } from "vitest";
import { ProbePace } from "./probe-pace.ts";

/** How many of so many calls hold the thread, where each takes `ms`. */
function holding(pace: ProbePace, calls: number, ms: number): number {
  let held = 0;
  for (let count = 0; count < calls; count++) {
    if (!pace.mayBlock) pace.passed();
    else {
      held++;
      pace.blocked(ms);
    }
  }
  return held;
}

describe("the pace of waiting for the disk", () => {
  test("stays on this thread while nothing has to be waited for", () => {
    expect(holding(new ProbePace(0.5), 1000, 0.01)).toBe(1000);
  });

  test("leaves a slow disk to the pool, after a few waits and then hardly ever", () => {
    const pace = new ProbePace(0.5);
    expect(holding(pace, 1000, 16)).toBeLessThan(10);
    expect(holding(pace, 100_000, 16)).toBeLessThan(40);
  });

  test("one long wait among short ones costs four ways to the pool", () => {
    const pace = new ProbePace(0.5);
    pace.blocked(200);
    expect(holding(pace, 1000, 0.01)).toBe(996);
  });
});
