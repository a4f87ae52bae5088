import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Progress, ProgressReport } from "./progress.ts";
import { advance, atEnd, atRest, etaSeconds, initialProgress, percentOf } from "./progress.ts";

const MiB = 2 ** 20;

function report(more: Partial<ProgressReport>): ProgressReport {
  return {
    stage: "downloading",
    bytesDone: 0,
    bytesTotal: null,
    connections: 1,
    bytesVerified: null,
    note: null,
    restarts: 0,
    ...more,
  };
}

const anyReport = fc.record({
  stage: fc.constantFrom("connecting" as const, "downloading" as const, "verifying" as const, null),
  bytesDone: fc.nat(1_000),
  bytesTotal: fc.option(fc.integer({ min: 0, max: 1_000 })),
  connections: fc.nat(8),
  bytesVerified: fc.option(fc.nat(1_000)),
  note: fc.option(fc.string()),
  restarts: fc.constant(0),
});

test("within an attempt neither bytes nor percent go back, whatever is reported", () => {
  const freshStarts = fc.oneof({ weight: 9, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 3 }));
  fc.assert(
    fc.property(fc.array(fc.tuple(anyReport, freshStarts), { maxLength: 60 }), (reports) => {
      let before = initialProgress(null);
      for (const [facts, starts] of reports) {
        const now = advance(before, facts, starts, 1, 0);
        expect(now.attempt).toBeGreaterThanOrEqual(before.attempt + starts);
        if (now.attempt === before.attempt) {
          expect(now.bytesDone).toBeGreaterThanOrEqual(before.bytesDone);
          const percent = percentOf(before, false);
          if (percent !== null) expect(percentOf(now, false)).toBeGreaterThanOrEqual(percent);
        }
        before = now;
      }
    }),
  );
});

describe("taking a report in", () => {
  const halfway: Progress = { ...initialProgress(100), bytesDone: 50, movedAt: 5 };

  test("a run that resumes a little earlier shows the bytes of before until it has passed them", () => {
    expect(advance(halfway, report({ bytesDone: 40, bytesTotal: 100 }), 0, 1, 9)).toMatchObject({
      bytesDone: 50,
      attempt: 1,
      movedAt: 5,
    });
  });

  test("a fresh start goes back to what it has, counts as an attempt and forgets the old object's size", () => {
    expect(advance(halfway, report({ bytesDone: 3 }), 2, 1, 9)).toMatchObject({
      bytesDone: 3,
      bytesTotal: null,
      attempt: 3,
      movedAt: 9,
    });
  });

  test("a run that connects again does not forget the total", () => {
    expect(advance(halfway, report({ stage: "connecting" }), 0, 0, 9).bytesTotal).toBe(100);
  });

  test("a total that turns out larger is a new attempt, for the percent goes back", () => {
    const grown = advance(halfway, report({ bytesDone: 50, bytesTotal: 200 }), 0, 1, 9);
    expect(grown).toMatchObject({ bytesDone: 50, bytesTotal: 200, attempt: 2 });
  });

  test("the time of the last new byte is kept while nothing comes", () => {
    const stuck = advance(halfway, report({ bytesDone: 50, bytesTotal: 100 }), 0, 0, 9);
    expect(stuck.movedAt).toBe(5);
    expect(advance(stuck, report({ bytesDone: 51, bytesTotal: 100 }), 0, 0, 12).movedAt).toBe(12);
  });

  test("the count of restarts is the run's and is not stored", () => {
    expect(advance(halfway, report({ restarts: 4 }), 0, 1, 9)).not.toHaveProperty("restarts");
  });
});

describe("percent", () => {
  test("100 is shown for a complete job only", () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), (bytesDone, bytesTotal) => {
        const percent = percentOf({ bytesDone, bytesTotal }, false);
        expect(percent).toBeGreaterThanOrEqual(0);
        expect(percent).toBeLessThan(100);
        expect(Number.isInteger(percent)).toBe(true);
      }),
    );
    expect(percentOf({ bytesDone: 10, bytesTotal: 10 }, false)).toBe(99);
    expect(percentOf({ bytesDone: 10, bytesTotal: 10 }, true)).toBe(100);
    expect(percentOf({ bytesDone: 0, bytesTotal: null }, true)).toBe(100);
  });

  test.each([
    [0, 10, 0],
    [1, 3, 33],
    [2, 3, 66],
    [999, 1000, 99],
    [2 ** 52, 2 ** 53 - 1, 50],
    [0, 0, 0],
    [11, 10, 99],
  ])("%i of %i bytes is %i %%", (bytesDone, bytesTotal, percent) => {
    expect(percentOf({ bytesDone, bytesTotal }, false)).toBe(percent);
  });

  test("an unknown total is shown as unknown", () => {
    expect(percentOf({ bytesDone: 5, bytesTotal: null }, false)).toBeNull();
  });
});

describe("time left", () => {
  test.each([
    [{ bytesDone: 0, bytesTotal: 100 * MiB, bytesPerSecond: 10 * MiB }, 10],
    [{ bytesDone: 100, bytesTotal: 100, bytesPerSecond: 1 }, 0],
    [{ bytesDone: 120, bytesTotal: 100, bytesPerSecond: 1 }, 0],
    [{ bytesDone: 0, bytesTotal: null, bytesPerSecond: 1 }, null],
    [{ bytesDone: 0, bytesTotal: 100, bytesPerSecond: 0 }, null],
  ])("%o leaves %s seconds", (progress, seconds) => {
    expect(etaSeconds(progress)).toBe(seconds);
  });
});

describe("a job that is not at work", () => {
  const busy: Progress = {
    attempt: 2,
    stage: "downloading",
    bytesDone: 70,
    bytesTotal: 100,
    bytesPerSecond: 9,
    connections: 4,
    bytesVerified: 3,
    note: "from a mirror",
    movedAt: 5,
    command: null,
  };

  test("keeps its bytes and shows no movement", () => {
    expect(atRest(busy)).toEqual({
      ...busy,
      stage: null,
      bytesPerSecond: 0,
      connections: 0,
      bytesVerified: null,
      note: null,
    });
  });

  test("shows all its bytes once it is complete, also those the last report had not seen", () => {
    expect(atEnd(busy)).toMatchObject({ bytesDone: 100, bytesTotal: 100, stage: null });
    expect(atEnd({ ...busy, bytesTotal: null })).toMatchObject({ bytesDone: 70, bytesTotal: 70 });
  });
});
