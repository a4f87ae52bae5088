import * as fc from "fast-check";
import { randomBytes } from "node:crypto";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { BodySink } from "./body-sink.ts";
import { CompareSink } from "./compare-sink.ts";
import { LimitSink } from "./limit-sink.ts";
import { OpenLateSink } from "./open-late-sink.ts";
import { pour } from "./pour.ts";
import { TakeSink } from "./take-sink.ts";
import { CollectingSink } from "./testing/collecting-sink.ts";

/** Pours in pieces of the given sizes, over and over. */
async function pourIn(sink: BodySink, bytes: Uint8Array, sizes: readonly number[]): Promise<boolean> {
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length] as number;
    if (!(await pour(sink, bytes.subarray(at, at + size)))) return false;
    at += size;
  }
  return true;
}

const sizes = fc.array(fc.constantFrom(1, 7, 100, 4096, 100_000), { minLength: 1, maxLength: 4 });
const inner = fc
  .record({ room: fc.constantFrom(1, 50, 4096, 100_000), waits: fc.boolean(), roomless: fc.boolean() })
  .map(({ room, waits, roomless }) => {
    return () =>
      new CollectingSink({ roomBytes: () => room, verdict: () => (waits ? "wait" : "go"), roomless });
  });
const content = fc.integer({ min: 0, max: 3000 }).map((bytes) => randomBytes(bytes));

describe("a sink that is opened late", () => {
  test("sees the first bytes, then passes on all of them, whatever the pieces", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        sizes,
        inner,
        fc.integer({ min: 1, max: 2000 }),
        async (bytes, sizes, newInner, headBytes) => {
          const target = newInner();
          let head: Buffer | null = null;
          const sink = new OpenLateSink(headBytes, async (first) => {
            head = Buffer.from(first);
            await nextTurn();
            return target;
          });
          expect(await pourIn(sink, bytes, sizes)).toBe(true);
          await sink.finish(true);
          expect(head).toEqual(bytes.subarray(0, headBytes));
          expect(target.body.equals(bytes)).toBe(true);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("that is refused takes nothing more", async () => {
    let opened = 0;
    const sink = new OpenLateSink(10, async () => {
      opened++;
      return null;
    });
    expect(await pourIn(sink, randomBytes(100), [4])).toBe(false);
    await sink.finish(true);
    expect(opened).toBe(1);
  });

  test("is not opened for a body that broke off before its head was there", async () => {
    let opened = 0;
    const sink = new OpenLateSink(10, async () => {
      opened++;
      return null;
    });
    expect(await pourIn(sink, randomBytes(9), [4])).toBe(true);
    await sink.finish(false);
    expect(opened).toBe(0);
    await sink.finish(true);
    expect(opened).toBe(1);
  });

  test("tells what opening failed with", async () => {
    const error = new Error("no space");
    const sink = new OpenLateSink(10, () => Promise.reject(error));
    expect(await pourIn(sink, randomBytes(100), [4])).toBe(false);
    expect(sink.thrown).toEqual({ error });
  });
});

describe("a sink that compares first", () => {
  test("passes on what comes after the stored bytes, if those came again", async () => {
    await fc.assert(
      fc.asyncProperty(
        content,
        sizes,
        inner,
        fc.nat({ max: 3000 }),
        async (bytes, sizes, newInner, overlap) => {
          const target = newInner();
          const stored = bytes.subarray(0, overlap);
          const sink = new CompareSink(stored, target);
          expect(await pourIn(sink, bytes, sizes)).toBe(true);
          expect(target.body.equals(bytes.subarray(stored.length))).toBe(true);
          expect([sink.differs, sink.missing]).toEqual([false, 0]);
        },
      ),
      { numRuns: 60 },
    );
  });

  test("stops at the first piece that differs, and passes on not one byte", async () => {
    await fc.assert(
      fc.asyncProperty(sizes, fc.nat({ max: 1999 }), async (sizes, place) => {
        const stored = randomBytes(2000);
        const came = Buffer.concat([stored, randomBytes(100)]);
        came[place] = (came[place] as number) ^ 1;
        const target = new CollectingSink();
        const sink = new CompareSink(stored, target);
        expect(await pourIn(sink, came, sizes)).toBe(false);
        expect([sink.differs, target.bytes]).toEqual([true, 0]);
      }),
      { numRuns: 60 },
    );
  });

  test("tells when the body was too short to compare all", async () => {
    const stored = randomBytes(2000);
    const sink = new CompareSink(stored, new CollectingSink());
    expect(await pourIn(sink, stored.subarray(0, 1500), [700])).toBe(true);
    expect([sink.differs, sink.missing]).toEqual([false, 500]);
  });
});

describe("a sink under a bandwidth limit", () => {
  test("passes on every byte, spends for each, and waits until more is allowed", async () => {
    await fc.assert(
      fc.asyncProperty(content, sizes, inner, async (bytes, sizes, newInner) => {
        const target = newInner();
        let spent = 0;
        const sink = new LimitSink(target, {
          pieceBytes: () => 1 + (spent % 700),
          spend: (bytes) => {
            spent += bytes;
            return spent % 3 === 0 ? undefined : nextTurn();
          },
        });
        expect(await pourIn(sink, bytes, sizes)).toBe(true);
        expect(target.body.equals(bytes)).toBe(true);
        expect(spent).toBe(bytes.length);
      }),
      { numRuns: 20 },
    );
  });

  test("takes no larger bites than are allowed, and stops where the inner one does", () => {
    let pieceBytes = Infinity;
    const allowance = { pieceBytes: () => pieceBytes, spend: () => undefined };
    const sink = new LimitSink(new CollectingSink({ roomBytes: () => 1_000_000 }), allowance);
    expect(sink.room()).toHaveLength(1_000_000);
    expect(sink.filled(1_000_000)).toBe("go");
    pieceBytes = 5;
    expect(sink.room()).toHaveLength(5);
    const full = new LimitSink(new CollectingSink({ verdict: () => "stop" }), allowance);
    full.room();
    expect(full.filled(1)).toBe("stop");
  });

  test("is not ready before the last bytes are paid for", async () => {
    let allow = (): void => {};
    const sink = new LimitSink(new CollectingSink(), {
      pieceBytes: () => Infinity,
      spend: () => new Promise((resolve) => (allow = resolve)),
    });
    sink.room();
    expect(sink.filled(10)).toBe("wait");
    let ready = false;
    const wait = sink.ready().then(() => (ready = true));
    await sleep(5);
    expect(ready).toBe(false);
    allow();
    await wait;
  });
});

describe("a sink that lends", () => {
  test("gives every byte, one piece at a time, and waits for each", async () => {
    const bytes = randomBytes(1_000_000);
    const pieces: Buffer[] = [];
    let busy = false;
    const sink = new TakeSink((piece) => {
      if (busy) throw new Error("two at once");
      pieces.push(Buffer.from(piece));
      if (pieces.length % 2 === 0) return undefined;
      busy = true;
      return sleep(1).then(() => {
        busy = false;
      });
    });
    expect(await pourIn(sink, bytes, [1, 1000, 300_000])).toBe(true);
    expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
  });

  test.each(["throws", "rejects"])(
    "wants no more after the function %s, and tells with what",
    async (how) => {
      const error = new Error("no");
      const sink = new TakeSink(() => {
        if (how === "throws") throw error;
        return Promise.reject(error);
      });
      expect(await pour(sink, randomBytes(10))).toBe(false);
      expect(sink.thrown).toEqual({ error });
    },
  );
});
