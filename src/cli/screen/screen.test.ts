import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanText, fitEnd, fitMiddle, padStart, textWidth } from "./clean-text.ts";
import { drawBar, drawBars } from "./draw-bar.ts";
import type { BarFacts } from "./draw-bar.ts";
import { drawTable } from "./draw-table.ts";
import {
  formatBytes,
  formatBytesOf,
  formatCountdown,
  formatDuration,
  formatSpeed,
  formatTaken,
} from "./format.ts";
import { painter } from "./terminal.ts";

const plain = painter(false);
const words = fc.string({ unit: "grapheme", maxLength: 60 }).map(cleanText);

describe("text on a terminal", () => {
  it("cannot move the cursor, set colours or turn the direction of writing", () => {
    const nasty = "a\u001b[2Jb\r\nc\u009bd\u202ee\u0007";
    // oxlint-disable-next-line no-control-regex -- they are what must not be there
    expect(cleanText(nasty)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202e]/);
    expect(cleanText("größe 模型 🎉.bin")).toBe("größe 模型 🎉.bin");
  });

  it("is measured as it is shown: wide characters take two columns, accents and colours none", () => {
    expect(textWidth("abc")).toBe(3);
    expect(textWidth("模型")).toBe(4);
    expect(textWidth("🎉")).toBe(2);
    expect(textWidth("e\u0301")).toBe(1);
    expect(textWidth(painter(true)("red", "abc"))).toBe(3);
  });

  it("is cut in the middle so that the end stays readable", () => {
    expect(fitMiddle("flux1-dev-Q8_0.safetensors", 16)).toBe("flux1-de…tensors");
    expect(fitMiddle("short", 16)).toBe("short");
    expect(fitEnd("a long sentence", 7)).toBe("a long…");
  });

  it("never takes more columns than there are", () => {
    fc.assert(
      fc.property(words, fc.nat(40), (text, columns) => {
        expect(textWidth(fitMiddle(text, columns))).toBeLessThanOrEqual(columns);
        expect(textWidth(fitEnd(text, columns))).toBeLessThanOrEqual(columns);
      }),
    );
  });
});

describe("numbers", () => {
  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [999_500, "1.0 MB"],
    [10_730_000_000, "10.73 GB"],
    [1.5e15, "1.50 PB"],
  ])("%d bytes are %j", (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it("of bytes and their total keep their width while they grow", () => {
    const total = 10_730_000_000;
    const lengths = [0, 5e6, 4.83e9, total].map((done) => formatBytesOf(done, total).length);
    expect(new Set(lengths).size).toBe(1);
    expect(formatBytesOf(4.83e9, total)).toBe(" 4.83 / 10.73 GB");
  });

  it.each([
    [0, "0 B/s"],
    [999, "999 B/s"],
    [9.84e6, "9.8 MB/s"],
    [152e6, "152 MB/s"],
    [999.6e6, "1.0 GB/s"],
  ])("%d bytes a second are %j", (speed, text) => {
    expect(formatSpeed(speed)).toBe(text);
    expect(padStart(text, 8)).toHaveLength(8);
  });

  it.each([
    [0, "0 s", "0:00"],
    [59.6, "1 min 00 s", "1:00"],
    [86, "1 min 26 s", "1:26"],
    [725, "12 min", "12:05"],
    [3900, "1 h 05 min", "1:05:00"],
    [184_000, "2 d 03 h", "2 d"],
    [1e9, "> 99 d", "> 99 d"],
  ])("%d seconds are %j, and %j on a bar", (seconds, long, short) => {
    expect(formatDuration(seconds)).toBe(long);
    expect(formatCountdown(seconds)).toBe(short);
  });

  it("of short times have a decimal", () => {
    expect([0, 0.04, 2.64, 9.96, 86].map(formatTaken)).toEqual([
      "0.1 s",
      "0.1 s",
      "2.6 s",
      "10 s",
      "1 min 26 s",
    ]);
  });
});

const facts: BarFacts = {
  name: "flux1-dev-Q8_0.safetensors",
  fraction: 0.45,
  percent: 45,
  bytesDone: 4.83e9,
  bytesTotal: 10.73e9,
  bytesPerSecond: 152e6,
  etaSeconds: 38,
  connections: 1,
  note: null,
  color: "cyan",
};
const anyFacts: fc.Arbitrary<BarFacts> = fc.record({
  name: words,
  fraction: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
  percent: fc.option(fc.nat(100)),
  bytesDone: fc.nat(2 ** 40),
  bytesTotal: fc.option(fc.nat(2 ** 40)),
  bytesPerSecond: fc.nat(2 ** 34),
  etaSeconds: fc.option(fc.nat(10 ** 7)),
  connections: fc.nat(64),
  note: fc.option(words),
  color: fc.constantFrom("red", "cyan"),
});
const at = (columns: number, more: Partial<BarFacts> = {}): string =>
  drawBar({ ...facts, ...more }, { columns, unicode: true, paint: plain, frame: 0 });

describe("a bar", () => {
  it("has all there is to say where there is room", () => {
    expect(at(120)).toBe(
      `flux1-dev-Q8_0.safetensors  ${"━".repeat(18)}${"─".repeat(22)}   45%   4.83 / 10.73 GB  152 MB/s  0:38 left`,
    );
  });

  it("leaves out what matters least where there is not", () => {
    expect(at(80)).toBe("flux1-dev-…fetensors  ━━━─────   45%   4.83 / 10.73 GB  152 MB/s  0:38 left");
    expect(at(50)).toBe("flux1-dev…etensors   45%  152 MB/s  0:38 left");
    expect(at(20)).toBe("flux1-…ensors   45%");
    expect(at(10)).toBe("45%");
  });

  it("runs to and fro while the size is unknown, and shows no percent", () => {
    const unknown = { fraction: null, percent: null, bytesTotal: null, etaSeconds: null };
    expect(at(60, unknown)).toMatch(/^flux1-dev-Q8_0\.safetensors {2}━+─+ {2}4\.83 GB {2}152 MB\/s$/);
  });

  it("says instead of a speed what is waited for", () => {
    expect(at(50, { note: "next try in 12 s: 503 Service Unavailable" })).toMatch(
      /45% {2}next try in 12 s: 503 S.*…$/,
    );
  });

  it("is drawn in ASCII where nothing else can be shown", () => {
    const line = drawBar(facts, { columns: 120, unicode: false, paint: plain, frame: 0 });
    expect(line).toMatch(/#{18}-{22}/);
  });

  it("never reaches the last column, alone or among others, whatever it shows", () => {
    const style = fc.record({
      columns: fc.integer({ min: 1, max: 200 }),
      frame: fc.nat(1000),
      unicode: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(anyFacts, { minLength: 1, maxLength: 5 }),
        style,
        fc.boolean(),
        (all, style, color) => {
          const lines = drawBars(all, { ...style, paint: painter(color) });
          expect(lines).toHaveLength(all.length);
          for (const line of lines) expect(textWidth(line)).toBeLessThan(Math.max(2, style.columns));
        },
      ),
      { numRuns: 500 },
    );
  });

  it("stands below the others, its numbers below theirs", () => {
    const other = {
      ...facts,
      name: "b",
      percent: null,
      fraction: 0,
      bytesDone: 0,
      bytesTotal: null,
      note: "waiting",
    };
    const [first = "", second = ""] = drawBars([facts, other], {
      columns: 100,
      unicode: true,
      paint: plain,
      frame: 0,
    });
    expect(second.indexOf("─")).toBe(first.indexOf("━"));
    expect(second.indexOf("0 B") + "0 B".length).toBe(first.indexOf("10.73 GB") + "10.73 GB".length);
  });
});

describe("a table", () => {
  const headings = [
    { head: "ID" },
    { head: "%", right: true },
    { head: "NAME", share: 1 },
    { head: "", share: 2 },
  ] as const;
  const rows = [
    ["1f3a9c2e", "45%", "flux1-dev-Q8_0.safetensors", "152 MB/s"],
    ["7c021111", "100%", "b", "a reason that is quite a bit longer than there is room for"],
  ].map((row) => row.map((text) => ({ text })));
  const draw = (columns: number): string[] =>
    drawTable(headings, rows, { columns, paintHead: (text) => text });

  it("is whole where nothing limits it", () => {
    expect(draw(Infinity)).toEqual([
      "ID           %  NAME",
      "1f3a9c2e   45%  flux1-dev-Q8_0.safetensors  152 MB/s",
      "7c021111  100%  b                           a reason that is quite a bit longer than there is room for",
    ]);
  });

  it("is cut where it can be cut, to fit", () => {
    for (const columns of [60, 80, 100]) {
      const lines = draw(columns);
      expect(Math.max(...lines.map(textWidth))).toBeLessThanOrEqual(columns);
      for (const id of ["1f3a9c2e   45%", "7c021111  100%"]) expect(lines.join("\n")).toContain(id);
    }
  });
});
