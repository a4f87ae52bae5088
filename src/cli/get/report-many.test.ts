import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import { failure } from "../../job/failure.ts";
import { textWidth } from "../screen/clean-text.ts";
import type { Terminal } from "../screen/terminal.ts";
import { TotalCount } from "./count-total.ts";
import { FileAtWork } from "./file-at-work.ts";
import type { GetResult } from "./get-file.ts";
import { reportManyInLines, reportManyOnScreen } from "./report-many.ts";
import { totalLine } from "./words-many.ts";

const MB = 1_000_000;

/** A terminal that keeps what is on it, as far as it matters here. */
function terminal(
  columns: number,
  rows: number,
): Terminal & { drawn: string[]; out: string[]; err: string[] } {
  const drawn: string[] = [];
  const out: string[] = [];
  const err: string[] = [];
  return {
    drawn,
    out,
    err,
    print: (line) => void out.push(line),
    tell: (line) => void err.push(line),
    draw: (text) => void drawn.push(text),
    redraws: true,
    printsToScreen: true,
    unicode: true,
    columns: () => columns,
    rows: () => rows,
    paintOut: (_, text) => text,
    paintErr: (_, text) => text,
    onResize: () => () => {},
  };
}

function file(index: number, clock: FakeClock, name = `file-${index}.bin`): FileAtWork {
  return new FileAtWork(
    {
      kind: "transfer",
      url: `https://a.example/${encodeURIComponent(name)}`,
      mirrors: [],
      folder: "/data",
      name,
      size: null,
      checksum: null,
      headers: {},
      ifExists: "refuse",
    },
    index,
    100,
    clock,
  );
}

const report = (bytesDone: number, bytesTotal: number | null) => ({
  stage: "downloading" as const,
  bytesDone,
  bytesTotal,
  connections: 4,
  bytesVerified: null,
  note: null,
  restarts: 0,
});

const done = (size: number): GetResult => ({
  kind: "done",
  path: "/data/x.bin",
  size,
  checksumState: { kind: "verified", algorithm: "sha256", hex: "ab", origin: "the list" },
  alreadyThere: false,
  bytesFetched: size,
  seconds: 1,
});

describe("the picture of many files", () => {
  it("never has more lines than the terminal, nor wider ones, whatever is at work", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 12, max: 140 }),
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.tuple(fc.string({ unit: "grapheme" }), fc.nat(9 * MB)), { maxLength: 48 }),
        async (columns, rows, files) => {
          const clock = new FakeClock();
          const screen = terminal(columns, rows);
          const view = reportManyOnScreen(screen, clock);
          const total = new TotalCount(1000, clock);
          const atWork = files.map(([name, size], nth) => {
            const one = file(nth + 1, clock, `${name}${nth}`);
            one.gauge.take(report(size / 2, size));
            return one;
          });
          await clock.advance(2000);
          view.tick({ atWork, total: total.take(atWork) });
          const picture = screen.drawn.at(-1) ?? "";
          // oxlint-disable-next-line no-control-regex -- what clears and moves is taken out
          const lines = picture.replace(/\u001b\[[0-9]*[AKJ]|\r/g, "").split("\n");
          expect(lines.length).toBeLessThanOrEqual(Math.max(1, rows - 1));
          for (const line of lines) expect(textWidth(line)).toBeLessThan(columns);
          expect(lines.at(-1)).toContain("0/1000 fi");
        },
      ),
      { numRuns: 200 },
    );
  });

  it("leaves out what is over before it could be read", async () => {
    const clock = new FakeClock();
    const screen = terminal(80, 24);
    const view = reportManyOnScreen(screen, clock);
    const total = new TotalCount(2, clock);
    const slow = file(1, clock, "slow.bin");
    await clock.advance(1000);
    const quick = file(2, clock, "quick.bin");
    view.tick({ atWork: [slow, quick], total: total.take([slow, quick]) });
    expect(screen.drawn.join("")).toContain("slow.bin");
    expect(screen.drawn.join("")).not.toContain("quick.bin");
  });

  it("has those that ended above it, in one row each, and at the end what failed once more", async () => {
    const clock = new FakeClock();
    const screen = terminal(40, 24);
    const view = reportManyOnScreen(screen, clock);
    const total = new TotalCount(30, clock);
    for (let index = 1; index <= 30; index++) {
      const result: GetResult =
        index % 10 === 0
          ? { kind: "failed", failure: failure("not_found", `no ${index}.`), path: null, bytesKept: 0 }
          : done(MB);
      const one = file(31 - index, clock);
      view.end(one, result, 0);
      total.ended(one, result);
    }
    view.tick({ atWork: [], total: total.take([]) });
    const [picture = ""] = screen.drawn;
    const saved = picture.split("\r\n").filter((line) => line.includes("saved file-"));
    expect(saved).toHaveLength(27);
    // oxlint-disable-next-line no-control-regex -- what clears a line is taken out
    for (const line of saved) expect(textWidth(line.replace(/\u001b\[K|\r/g, ""))).toBeLessThan(40);
    view.finish({
      done: 27,
      verified: 27,
      failed: 3,
      skipped: 0,
      bytesFetched: 27 * MB,
      seconds: 3,
      exitCode: 3,
    });
    expect(screen.err).toEqual([
      "haulyard: 3 failed:",
      "  file-1.bin: no 30.",
      "  file-11.bin: no 20.",
      "  file-21.bin: no 10.",
    ]);
    expect(screen.out.at(-1)).toBe("27 of 30 files, 27.0 MB in 3.0 s, 27 verified, 3 failed");
  });
});

describe("the line of the whole", () => {
  it("leaves out what has no room, the important last", () => {
    const total = {
      count: 1000,
      done: 409,
      failed: 3,
      bytesFetched: 430e6,
      bytesDone: 430e6,
      bytesTotal: null,
      bytesPerSecond: 95e6,
      etaSeconds: 12,
      connections: 16,
    };
    expect(totalLine(total)).toBe("412/1000 files  3 failed  95.0 MB/s  0:12 left  430.0 MB  16 connections");
    expect(totalLine(total, 50)).toBe("412/1000 files  3 failed  95.0 MB/s  0:12 left");
    expect(totalLine(total, 30)).toBe("412/1000 files  3 failed");
    expect(totalLine(total, 14)).toBe("412/1000 files");
  });

  it("tells the time left by the files, and by the bytes once all sizes are known", async () => {
    const clock = new FakeClock();
    const total = new TotalCount(10, clock);
    expect(total.take([]).etaSeconds).toBeNull();
    for (let index = 1; index <= 5; index++) {
      await clock.advance(1000);
      total.ended(file(index, clock), done(MB));
      total.take([]);
    }
    expect(total.take([])).toMatchObject({ done: 5, bytesTotal: null, etaSeconds: 5, bytesPerSecond: MB });
    const rest = [6, 7, 8, 9, 10].map((index) => {
      const one = file(index, clock);
      one.gauge.take(report(0, 2 * MB));
      return one;
    });
    expect(total.take(rest)).toMatchObject({ bytesTotal: 15 * MB, etaSeconds: 10, connections: 20 });
  });

  it("is what a log gets, and a line for each file", () => {
    const clock = new FakeClock();
    const screen = terminal(80, 24);
    const view = reportManyInLines(screen);
    view.end(file(1, clock), done(MB), 0);
    expect(screen.out).toEqual(["saved /data/x.bin  1.0 MB  verified sha256 (from the list)"]);
    view.tick({ atWork: [], total: new TotalCount(3, clock).take([]) });
    expect(screen.err).toEqual(["0/3 files  0 B"]);
  });
});
