import { expect, test } from "vitest";
import { curvePath } from "./curve-path.ts";

test("one sample is no curve, and neither is a flat nothing", () => {
  expect(curvePath([5], 10, 90, 60).line).toBe("");
  expect(curvePath([0, 0, 0], 10, 90, 60).line).toBe("");
});

test("the newest sample is at the right edge, and the peak stays below the top", () => {
  expect(curvePath([0, 50, 100], 10, 90, 100).line).toBe("M70 100L80 56L90 12");
});

test("the area closes along the bottom", () => {
  expect(curvePath([100, 100], 10, 90, 100).area).toBe("M80 12L90 12L90 100L80 100Z");
});
