import { expect, test } from "vitest";
import { workWords } from "./machine-words.ts";

test.each([
  [{ running: 3, waiting: 6 }, "3 running, 6 waiting"],
  [{ running: 0, waiting: 1 }, "1 waiting"],
  [{ running: 0, waiting: 0 }, "None"],
])("the jobs of a machine: %j", (load, words) => {
  expect(workWords(load)).toBe(words);
});
