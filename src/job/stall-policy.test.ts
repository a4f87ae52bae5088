import { expect, test } from "vitest";
import { stalledAfterMs } from "./stall-policy.ts";

const MINUTE = 60_000;

test("a transfer has stalled after the time a person gave, and hardly later under a usual limit", () => {
  expect(stalledAfterMs(10 * MINUTE, null)).toBe(10 * MINUTE);
  expect(stalledAfterMs(10 * MINUTE, 5e6) - 10 * MINUTE).toBeLessThan(100);
});

test("a transfer that its limit keeps from bytes for minutes is given these minutes", () => {
  expect(stalledAfterMs(10 * MINUTE, 1024)).toBe(10 * MINUTE + 128_000);
  expect(stalledAfterMs(10 * MINUTE, 0)).toBe(Infinity);
});
