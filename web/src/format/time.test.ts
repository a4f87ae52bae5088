import { expect, test } from "vitest";
import { formatAgo, formatUntil, secondsBetween } from "./time.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const ago = (seconds: number): string =>
  formatAgo(new Date(NOW - seconds * 1000).toISOString(), NOW).replaceAll("\u00a0", " ");
const until = (seconds: number): string =>
  formatUntil(new Date(NOW + seconds * 1000).toISOString(), NOW).replaceAll("\u00a0", " ");

test("what just ended is told from now, what is long ago by its date", () => {
  expect(ago(3)).toBe("just now");
  expect(ago(250)).toBe("4 min ago");
  expect(ago(3 * 3600 + 5)).toBe("3 h ago");
  expect(ago(40 * 3600)).toMatch(/19|20/);
});

test("a server's clock that runs ahead of ours does not show times in the future", () => {
  expect(ago(-30)).toBe("just now");
});

test("the next try counts down and never below now", () => {
  expect(until(7.2)).toBe("in 8 s");
  expect(until(0)).toBe("now");
  expect(until(-9)).toBe("now");
});

test("the duration of a job is unknown until it has ended", () => {
  expect(secondsBetween("2026-11-21T12:00:00.000Z", null)).toBeNull();
  expect(secondsBetween("2026-11-21T12:00:00.000Z", "2026-11-21T12:01:30.000Z")).toBe(90);
});
