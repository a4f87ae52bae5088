import { expect, test } from "vitest";
import type { Verified } from "./verify-run.ts";
import { verifyWords } from "./verify-words.ts";

const results = (...verdicts: Verified["verdict"][]) =>
  new Map(
    verdicts.map((verdict, index) => [`/m/${index}`, { path: `/m/${index}`, verdict, file: null }] as const),
  );

test("every verdict is counted, and the wrong files are named", () => {
  expect(verifyWords(results("right", "wrong", "right", "unknown", "gone", "wrong"))).toEqual({
    sentence: "2 files are right, 2 files are wrong, 1 file has no hash to compare with, 1 file is gone",
    wrong: ["/m/1", "/m/5"],
  });
});

test("a run that was stopped before its first file says so", () => {
  expect(verifyWords(new Map())).toEqual({ sentence: "Nothing was verified", wrong: [] });
});
