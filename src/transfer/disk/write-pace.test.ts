import { describe, expect, test } from "vitest";
import { WritePace } from "./write-pace.ts";

/** How many of so many writes hold the thread, on a disk where each takes `ms`. */
function holding(pace: WritePace, writes: number, ms: number): number {
  let held = 0;
  for (let count = 0; count < writes; count++) {
    if (!pace.mayBlock) pace.passed();
    else {
      held++;
      pace.blocked(ms);
    }
  }
  return held;
}

describe("the pace of writing", () => {
  test("stays on this thread as long as the disk is quick", () => {
    expect(holding(new WritePace(), 1000, 1)).toBe(1000);
  });

  test("takes one long write for an accident", () => {
    const pace = new WritePace();
    holding(pace, 10, 1);
    pace.blocked(150);
    expect(holding(pace, 1000, 1)).toBe(1000);
  });

  test("leaves a slow disk to the thread pool: it holds this thread ever more rarely", () => {
    const pace = new WritePace();
    expect(holding(pace, 1000, 400)).toBe(5); // after 64, 128, 256 and 512 more
    expect(holding(pace, 100_000, 400)).toBeLessThan(30);
    expect(holding(new WritePace(), 1000, 40)).toBeLessThan(50);
  });

  test("comes back when the disk is quick again, and forgets how slow it was", () => {
    const pace = new WritePace();
    holding(pace, 200, 400);
    expect(holding(pace, 20_000, 1)).toBeGreaterThan(10_000);
    expect(pace.mayBlock).toBe(true);
    pace.blocked(400);
    expect(pace.mayBlock).toBe(false);
    expect(holding(pace, 65, 1)).toBe(1);
  });
});
