import { expect, test } from "vitest";
import { emptyTally, kindOf, percentOfTally } from "./group.ts";
import type { Tally } from "./group.ts";

const tally = (counts: Partial<Tally["counts"]>): Tally => ({
  ...emptyTally(),
  counts: { ...emptyTally().counts, ...counts },
});

test("a group is complete once all of its downloads are, and not before it has any", () => {
  expect(kindOf(tally({}))).toBe("pending");
  expect(percentOfTally(tally({}))).toBeNull();
  expect(kindOf(tally({ complete: 3, pending: 1 }))).toBe("pending");
  expect(kindOf(tally({ complete: 3, cancelled: 1 }))).toBe("complete");
});

test("what goes on is told first, then what somebody has to see to", () => {
  expect(kindOf(tally({ failed: 1, running: 1 }))).toBe("running");
  expect(kindOf(tally({ failed: 1, blocked: 1, paused: 1 }))).toBe("blocked");
  expect(kindOf(tally({ failed: 1, complete: 9 }))).toBe("failed");
});
