import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { quote, quotePath } from "./sh-quote.ts";

/** What a real shell makes of a word. */
function expand(word: string): string {
  return execFileSync("/bin/sh", ["-c", `printf '%s' ${word}`], {
    encoding: "utf8",
    env: { HOME: "/home/me" },
  });
}

describe("a quoted text is one word that means exactly this text", () => {
  test.each(["", "it's", "$HOME `id` $(id)", '"', "\\", "a\nb\tc", "*", "~", "#x", "é✓", "!x", "'''"])(
    "%j",
    (text) => {
      expect(expand(quote(text))).toBe(text);
    },
  );

  test("whatever it is", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme" }).filter((text) => !text.includes("\0")),
        (text) => {
          expect(expand(quote(text))).toBe(text);
        },
      ),
      { numRuns: 40 },
    );
  });
});

test.each([
  ["~", "/home/me"],
  ["~/a b/$c", "/home/me/a b/$c"],
  ["/a/~/b", "/a/~/b"],
  ["~x/y", "~x/y"],
])("the path %s is %s there", (path, meant) => {
  expect(expand(quotePath(path))).toBe(meant);
});
