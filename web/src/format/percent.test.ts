import { expect, test } from "vitest";
import { barFraction, formatPercent, jobFraction } from "./percent.ts";

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

test("a bar says what the percent beside it says, finely while both speak of the same bytes", () => {
  const fraction = (
    percent: number | null,
    bytes_done: number,
    bytes_total: number | null = 1000,
  ): number | null => jobFraction({ percent, bytes_done, bytes_total }, false);
  expect(fraction(29, 296)).toBe(0.296);
  // The second of two commands is at 29 %.
  expect(fraction(64, 296)).toBe(0.64);
  expect(fraction(50, 10, null)).toBe(0.5);
  expect(fraction(null, 10, null)).toBeNull();
  expect(jobFraction({ percent: 100, bytes_done: 1000, bytes_total: 1000 }, true)).toBe(1);
});
