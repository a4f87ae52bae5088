import { expect, test } from "vitest";
import { scrollSpeed } from "./drag-row.ts";

test("the page scrolls near the edges of the window, the faster the nearer, and not in between", () => {
  expect(scrollSpeed(400, 800)).toBe(0);
  expect(scrollSpeed(60, 800)).toBeLessThan(0);
  expect(scrollSpeed(0, 800)).toBeLessThan(scrollSpeed(60, 800));
  expect(scrollSpeed(790, 800)).toBeGreaterThan(scrollSpeed(740, 800));
  expect(scrollSpeed(-500, 800)).toBe(scrollSpeed(0, 800));
});
