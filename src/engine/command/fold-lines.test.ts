import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { LogPosition } from "../../job/run-contract.ts";
import { LOG_START } from "../../job/run-contract.ts";
import { LineFolder } from "./fold-lines.ts";

const at = (offset: number): LogPosition => ({ generation: 0, offset, step: 1 });

/** Feeds a text in pieces of these lengths. */
function fold(text: Buffer, cuts: readonly number[], from = 0): { lines: string[]; folder: LineFolder } {
  const lines: string[] = [];
  const folder = new LineFolder(at(from), (line) => lines.push(line));
  let done = from;
  for (const cut of [...cuts, text.length]) {
    const end = Math.min(text.length, done + cut);
    if (end > done) folder.write(text.subarray(done, end), at(end));
    done = end;
  }
  return { lines, folder };
}

test.each([
  ["one\ntwo\n", ["one", "two"]],
  ["\r 10%\r 20%\r100%\ndone\n", ["100%", "done"]],
  ["dos line\r\nnext\r\n", ["dos line", "next"]],
  ["\u001b[34mblue\u001b[0m \u001b]0;title\u0007x\b\n", ["blue x"]],
  ["größe ✓\n", ["größe ✓"]],
])("%j is what a terminal would leave: %j", (text, expected) => {
  expect(fold(Buffer.from(text), []).lines).toEqual(expected);
});

const noisy = fc
  .array(fc.constantFrom("a", "ß", "\r", "\n", "\r\n", " 5%", "\u001b[1m", ""), { maxLength: 40 })
  .map((parts) => Buffer.from(parts.join("")));

test("however the bytes are cut, the lines are the same", () => {
  fc.assert(
    fc.property(noisy, fc.array(fc.integer({ min: 1, max: 7 })), (text, cuts) => {
      expect(fold(text, cuts).lines).toEqual(fold(text, []).lines);
    }),
  );
});

test("whoever goes on from its position gets every line once, wherever it was left", () => {
  fc.assert(
    fc.property(noisy, fc.array(fc.integer({ min: 1, max: 7 })), fc.nat(), (text, cuts, left) => {
      const until = text.length === 0 ? 0 : left % text.length;
      const before = fold(text.subarray(0, until), cuts);
      const from = until === 0 ? LOG_START.offset : before.folder.position.offset;
      const after = fold(text, cuts, from);
      expect([...before.lines, ...after.lines]).toEqual(fold(text, []).lines);
      expect(from).toBeLessThanOrEqual(until);
    }),
  );
});

test("a line without an end takes bounded memory", () => {
  const { lines } = fold(
    Buffer.alloc(300_000, "x"),
    Array.from({ length: 300 }, () => 1000),
  );
  expect(lines.length).toBeGreaterThan(3);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(70_000);
});
