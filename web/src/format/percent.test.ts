import { expect, test } from "vitest";
import { barFraction, formatPercent } from "./percent.ts";

test("an unknown percent is a dash, not 0 %", () => {
  expect(formatPercent(null)).toBe("–");
  expect(formatPercent(0)).toBe("0\u00a0%");
});

test("a bar is full only when the file is in place", () => {
  expect(barFraction(100, 100, false)).toBe(0.995);
  expect(barFraction(100, 100, true)).toBe(1);
  expect(barFraction(120, 100, false)).toBe(0.995);
});

test("a bar of unknown length says so, one of an empty file is empty", () => {
  expect(barFraction(10, null, false)).toBeNull();
  expect(barFraction(0, 0, false)).toBe(0);
  expect(barFraction(50, 200, false)).toBe(0.25);
});
