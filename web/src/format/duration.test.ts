import { expect, test } from "vitest";
import { formatDuration } from "./duration.ts";

test.each([
  [0, "1 s"],
  [8.4, "8 s"],
  [59.6, "1 min"],
  [86, "1 min 26 s"],
  [599, "9 min 59 s"],
  [725, "12 min"],
  [3599, "1 h"],
  [3900, "1 h 5 min"],
  [86_399, "1 d"],
  [97_200, "1 d 3 h"],
  [1e9, "> 99 d"],
])("%d seconds read as '%s'", (seconds, text) => {
  expect(formatDuration(seconds).replaceAll("\u00a0", " ")).toBe(text);
});
