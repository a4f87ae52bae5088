/** Our reading of words and lines against a real bash. */
import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import { parse } from "unbash";
import { expect, it } from "vitest";
import { splitScript } from "../cards/split-script.ts";
import { showText } from "./argument.ts";
import { findCalls } from "./find-calls.ts";

const HOME = "/home/somebody";
const UI_HOME = "/workspace/Comfy UI";
/** What the words are handed to: prints each of them, and that the call has ended. */
const SHOW = `show() { for w in "$@"; do printf '<%s>' "$w"; done; printf '.\\n'; }`;

function runBash(script: string): string {
  return execFileSync("bash", ["--norc", "-c", `${SHOW}\n${script}`], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME, UI_HOME },
  });
}

/** Text that no shell splits or replaces outside of quotes, and what one does to the rest. */
const PIECE = fc.constantFrom(
  "a", "models/loras", "-P", "--x=", "é", "日本", "https://x.org/a.b", "=", ":", "@", "%20", "+", "]",
  "\\ ", "\\$", "\\\\", '\\"', "\\'", "\\a", "\\#", "\\&", "\\\n",
  "'s q'", "'$UI_HOME'", "'\\'", "'a\"b'", "''", "'#;&'",
  '"d q"', '"$UI_HOME"', '"${UI_HOME}/a"', '"a\\"b"', '"\\$UI_HOME"', '"\\\\"', '"\\a"', '"it\'s"', '""', '"#&;"', '"a\\\nb"', '"${UI_HOME:-x}"',
  "$'a\\tb'", "$'\\x41\\''", '$"loc"', "x~", "{", "}", "{}", "a{b", "!",
); // prettier-ignore

const WORD = fc
  .tuple(fc.constantFrom("", "", "~/", "~"), fc.array(PIECE, { minLength: 1, maxLength: 5 }))
  .map(([start, pieces]) => {
    const rest = pieces.join("");
    // A tilde stands for home alone or before a slash; anything else is somebody else's.
    return start === "~" ? "~" : start + rest;
  });
const WORDS = fc.array(WORD, { minLength: 1, maxLength: 6 });

it("words are what bash makes of them", () => {
  const samples = fc.sample(WORDS, { numRuns: 400, seed: 26 });
  const lines = samples.map((words) => `show ${words.join(" ")}`);
  const expected = runBash(lines.join("\n")).split(".\n<");
  const ours = lines.map((line) => {
    const [call] = findCalls(parse(line), parse).calls;
    return call?.args.slice(1).map(({ text, unknown }) => {
      expect(unknown).toBe(null);
      return `<${showText(text).replaceAll("${UI_HOME}", UI_HOME).replaceAll("${HOME}", HOME)}>`;
    });
  });
  // Literal ${UI_HOME} does not occur in the pieces, so that showing the marks loses nothing.
  expect(ours.map((words) => words?.join("")).join(".\n")).toBe(expected.join(".\n<").replace(/\.\n$/, ""));
});

const LINE = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .tuple(WORDS, fc.constantFrom(" ", " \\\n  ", "  "))
      // A word, as an escaped space at the end of a line is taken for a mistake, on purpose.
      .map(([words, gap]) => `show ${words.join(gap)} end`),
  },
  { weight: 1, arbitrary: fc.constantFrom("", "# a comment \\", "  # another", "   ") },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "show a; show b", "show a && show b # why", "show a &&\n  show b", "for x in 1 2; do\n  show $x\ndone",
      "cat <<EOF\nshow $UI_HOME \\\n a\nEOF", "cat <<'EOF'; show z\nshow $UI_HOME\n# no comment\nEOF", "show 'a\n# b\n\nc'",
      "if true; then show y; fi", "{ show g\n}", "( show s )", "show $(echo a\n)", 'show "a\n\nb"',
    ), // prettier-ignore
  },
);

it("a block cut into commands does what the block does", () => {
  const blocks = fc.sample(fc.array(LINE, { minLength: 1, maxLength: 8 }), { numRuns: 60, seed: 26 });
  for (const lines of blocks) {
    const block = lines.join("\n");
    const split = splitScript(block, 1);
    if (split.kind === "broken") throw new Error(`${split.reason} in ${block}`);
    // Each one in a shell of its own.
    const alone = split.commands.map(({ text }) => `(\n${text}\n)`).join("\n");
    expect(runBash(alone), block).toBe(runBash(block));
  }
});
