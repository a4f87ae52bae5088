import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogPosition, RunEvent } from "../../job/run-contract.ts";
import { LOG_START } from "../../job/run-contract.ts";
import { LogReader } from "./log-reader.ts";

const MARK = "@haulyard-00112233445566778899aabbccddeeff";

/** What a run of two steps leaves in its log. */
function logOf(first: Uint8Array, second: Uint8Array): Buffer {
  const line = (words: string): Buffer => Buffer.from(`\n${MARK} ${words}\n`);
  return Buffer.concat([line("begin 0"), first, line("end 0 0"), line("begin 1"), second, line("end 1 8")]);
}

function readerFrom(position: LogPosition): LogReader {
  const reader = new LogReader(position);
  reader.setMark(MARK);
  return reader;
}

/** Reads a log in pieces; after some of them the connection breaks and another reader goes on. */
function follow(log: Buffer, sizes: readonly number[], breaks: readonly boolean[]): RunEvent[] {
  let reader = readerFrom(LOG_START);
  const events: RunEvent[] = [];
  for (let at = 0, nth = 0; at < log.length; nth += 1) {
    const end = at + (sizes[nth % sizes.length] ?? 1);
    events.push(...reader.read({ generation: 0, offset: at, bytes: log.subarray(at, end) }));
    at = Math.min(end, log.length);
    if (breaks[nth % (breaks.length || 1)] === true) {
      reader = readerFrom(reader.next);
      at = reader.next.offset;
    }
    // A reader that never gets past a held-back beginning would go round in circles.
    if (nth > 10_000) throw new Error("no progress");
  }
  return [...events, ...reader.settle()];
}

function outputOf(events: readonly RunEvent[], step: number): string {
  const pieces = events.flatMap((event) =>
    event.kind === "output" && event.step === step ? [event.bytes] : [],
  );
  return Buffer.concat(pieces).toString("latin1");
}

const written = fc
  .oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc
      .array(
        fc.constantFrom("\n", "@haulyard", MARK, `\n${MARK}`, `\n${MARK} `, "\r", "50%", `${MARK} begin 1\n`),
        { maxLength: 8 },
      )
      .map((parts) => new TextEncoder().encode(parts.join(""))),
  )
  .filter((bytes) => !new RegExp(`\n${MARK} (begin|end)`).test(`\n${Buffer.from(bytes).toString("latin1")}`));

describe("a run's log", () => {
  test("gives every byte a step wrote once, and to that step, however it is cut into pieces", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 10 });
    fc.assert(
      fc.property(written, written, sizes, (first, second, sizes) => {
        const events = follow(logOf(first, second), sizes, []);
        expect(outputOf(events, 0)).toBe(Buffer.from(first).toString("latin1"));
        expect(outputOf(events, 1)).toBe(Buffer.from(second).toString("latin1"));
        const steps = events.filter((event) => event.kind === "step_started" || event.kind === "step_ended");
        expect(steps).toMatchObject([
          { kind: "step_started", step: 0 },
          { kind: "step_ended", step: 0, code: 0 },
          { kind: "step_started", step: 1 },
          { kind: "step_ended", step: 1, code: 8 },
        ]);
      }),
    );
  });

  test("goes on after a broken connection without a byte lost or given twice", () => {
    // Pieces have to be longer than a mark: shorter ones are held back whole, and asked for again for ever.
    const sizes = fc.array(fc.integer({ min: 100, max: 300 }), { minLength: 1, maxLength: 5 });
    const breaks = fc.array(fc.boolean(), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(written, written, sizes, breaks, (first, second, sizes, breaks) => {
        const events = follow(logOf(first, second), sizes, breaks);
        expect(outputOf(events, 0)).toBe(Buffer.from(first).toString("latin1"));
        expect(outputOf(events, 1)).toBe(Buffer.from(second).toString("latin1"));
        expect(events.filter((event) => event.kind === "step_started")).toHaveLength(2);
      }),
    );
  });

  test("every event says where to go on from", () => {
    const log = logOf(Buffer.from("abc"), Buffer.from("xy"));
    for (const event of follow(log, [40], [])) {
      if (!("next" in event)) continue;
      const reader = readerFrom(event.next);
      const rest = reader.read({
        generation: 0,
        offset: event.next.offset,
        bytes: log.subarray(event.next.offset),
      });
      expect(outputOf([...rest, ...reader.settle()], 1)).toBe(
        "xy".slice(Math.max(0, event.next.offset - log.indexOf("xy"))),
      );
    }
  });

  test("does not keep back the end of a line for longer than a moment", () => {
    const reader = readerFrom(LOG_START);
    const first = reader.read({ generation: 0, offset: 0, bytes: Buffer.from("50%\n") });
    const later = reader.settle();
    expect(outputOf([...first, ...later], 0)).toBe("50%\n");
    expect(reader.next).toEqual({ generation: 0, offset: 4, step: 0 });
  });

  test("goes on in the next generation where the last one ended", () => {
    const reader = readerFrom(LOG_START);
    const events = [
      ...reader.read({ generation: 0, offset: 0, bytes: Buffer.from(`ab\n${MARK.slice(0, 9)}`) }),
      ...reader.read({ generation: 1, offset: 0, bytes: Buffer.from(`${MARK.slice(9)} begin 1\ncd`) }),
    ];
    expect(outputOf(events, 0)).toBe("ab");
    expect(outputOf(events, 1)).toBe("cd");
    expect(reader.next).toEqual({ generation: 1, offset: MARK.slice(9).length + 11, step: 1 });
  });

  test("tells of what was cut off before it was read", () => {
    const reader = readerFrom(LOG_START);
    reader.read({ generation: 0, offset: 0, bytes: Buffer.from("abc") });
    const next = { generation: 4, offset: 0, step: 2 };
    expect(reader.skip(100, next)).toEqual([{ kind: "gap", bytes: 100, next }]);
    const events = reader.read({ generation: 4, offset: 0, bytes: Buffer.from("xy") });
    expect(events).toEqual([
      { kind: "output", step: 2, bytes: Buffer.from("xy"), next: { generation: 4, offset: 2, step: 2 } },
    ]);
  });
});
