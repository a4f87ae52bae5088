import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { OutputLine } from "./split-lines.ts";
import { LineSplitter, MAX_LINE_BYTES } from "./split-lines.ts";

function linesOf(chunks: Iterable<Uint8Array>): OutputLine[] {
  const lines: OutputLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.write(chunk);
  splitter.end();
  return lines;
}

const of = (text: string): string[] => linesOf([Buffer.from(text)]).map((line) => line.text);

const cutAt = (bytes: Buffer, cuts: readonly number[]): Buffer[] => {
  const places = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return places.slice(1).map((end, at) => bytes.subarray(places[at], end));
};

/** All that terminals are sent, and what only looks like it. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."abc 50% é 文 █▏ \t".split(" "),
    "\n",
    "\r",
    "\r\n",
    "\r\r\n",
    "\b",
    "\0",
    "\u007f",
    "\u001b",
    "\u001b[",
    "\u001b[K",
    "\u001b[2K",
    "\u001b[1;32m",
    "\u001b[A",
    "\u001b[3C",
    "\u001b[?25l",
    "\u001b7",
    "\u001b(B",
    "\u001b]0;a title\u0007",
    "\u001b]0;a title\u001b\\",
    "\u001bPq",
  ),
  fc.string({ maxLength: 8 }),
);
const output = fc.oneof(
  fc.array(piece, { maxLength: 40 }).map((parts) => Buffer.from(parts.join(""))),
  fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
);

test("the lines are the same however the bytes are cut", () => {
  fc.assert(
    fc.property(output, fc.array(fc.nat(), { maxLength: 8 }), (bytes, cuts) => {
      expect(linesOf(cutAt(bytes, cuts))).toEqual(linesOf([bytes]));
      expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(linesOf([bytes]));
    }),
    { numRuns: 500 },
  );
});

test("no line is blank, has a control character but a tab, or is longer than the limit", () => {
  fc.assert(
    fc.property(output, (bytes) => {
      for (const { text } of linesOf([bytes])) {
        expect(text.trim()).not.toBe("");
        // oxlint-disable-next-line no-control-regex -- they are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f]/);
        expect(text.length).toBeLessThanOrEqual(MAX_LINE_BYTES);
      }
    }),
  );
});

describe("what ends a line", () => {
  test("line feeds close it; carriage returns draw over it", () => {
    const lines = linesOf([Buffer.from("one\r\ntwo\rthree\r\r\nfour\n\nfive")]);
    expect(lines).toEqual([
      { text: "one", end: "newline" },
      { text: "two", end: "redraw" },
      { text: "three", end: "newline" },
      { text: "four", end: "newline" },
      { text: "five", end: "redraw" },
    ]);
  });

  test("moving the cursor or erasing the line draws over it; colours and erasing to its right do not", () => {
    expect(of("\u001b[31mred\u001b[0m and \u001b[1mbold\u001b[K\nnext")).toEqual(["red and bold", "next"]);
    expect(of("one\u001b[Atwo\u001b[2Kthree\u001b[10Gfour\u001b[sfive\u001b7six")).toEqual([
      "one",
      "two",
      "three",
      "four",
      "five",
      "six",
    ]);
    expect(of("a\u001b[5Cb")).toEqual(["a b"]);
    expect(of("100%\b\b\b\b 50%")).toEqual(["100%", " 50%"]);
  });

  test("titles of windows and other strings for the terminal are not text", () => {
    expect(of("\u001b]0;wget 50%\u0007one\u001b]2;x\u001b\\ two\u001bP1$r0m\u001b\\ three")).toEqual([
      "one two three",
    ]);
  });

  test("an escape sequence that never ends swallows no more than its line", () => {
    expect(of("\u001b]0;no end\none\n\u001b[12\ntwo\n")).toEqual(["one", "two"]);
    expect(of(`\u001b]${"x".repeat(3000)}after\n`)[0]).toMatch(/after$/);
  });
});

describe("characters", () => {
  test("UTF-8 that is split across chunks comes out whole", () => {
    const bytes = Buffer.from("名前 ▏…▉ näme\n");
    expect(linesOf([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual([
      { text: "名前 ▏…▉ näme", end: "newline" },
    ]);
  });

  test("what is no UTF-8 is read as Latin-1: no byte of a name is lost", () => {
    expect(linesOf([Buffer.from("»größe« Länge: 3\n", "latin1")])[0]?.text).toBe("»größe« Länge: 3");
    expect(of("a real \ufffd stays")).toEqual(["a real \ufffd stays"]);
  });
});

describe("limits", () => {
  test("of a line that is too long the beginning is kept, in whole characters", () => {
    const [line, next] = of(`${"x".repeat(MAX_LINE_BYTES)}tail\nnext\n`);
    expect(line).toBe("x".repeat(MAX_LINE_BYTES));
    expect(next).toBe("next");
    for (const shift of ["", "x", "xx"]) {
      const [wide] = of(`${shift}${"文".repeat(MAX_LINE_BYTES)}\n`);
      expect(wide).toMatch(/^x*文+$/);
      expect(Buffer.byteLength(wide ?? "")).toBeGreaterThan(MAX_LINE_BYTES - 4);
    }
  });

  test("memory stays the same while a line goes on for ever", () => {
    const splitter = new LineSplitter(() => {});
    const chunk = Buffer.alloc(1024 * 1024, "x");
    splitter.write(chunk);
    const before = process.memoryUsage().arrayBuffers;
    for (let times = 0; times < 200; times++) splitter.write(chunk);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    expect(splitter.pending()?.text).toHaveLength(MAX_LINE_BYTES);
  });
});

test("a line that has begun can be looked at without ending it", () => {
  const lines: OutputLine[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  splitter.write(Buffer.from("\rModel:  26%|██"));
  expect(splitter.pending()).toEqual({ text: "Model:  26%|██", end: "open" });
  splitter.write(Buffer.from("▌  |\n"));
  expect(lines).toEqual([{ text: "Model:  26%|██▌  |", end: "newline" }]);
  expect(splitter.pending()).toBeNull();
});
