import { expect, test } from "vitest";
import { refusalWords } from "./deed-words.ts";

test("a change that was refused, or that failed, is not told as done", () => {
  expect([200, 204, 302].map(refusalWords)).toEqual([null, null, null]);
  expect([400, 401, 403, 409].map(refusalWords)).toEqual(Array(4).fill("Refused:"));
  expect([500, 503].map(refusalWords)).toEqual(["Failed:", "Failed:"]);
});
