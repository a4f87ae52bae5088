import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlotPool } from "../disk/slot-pool.ts";
import type { BodyEnd } from "../ask/http-answer.ts";
import { pour } from "../sinks/pour.ts";
import { CollectingSink } from "../sinks/testing/collecting-sink.ts";
import { Gathered } from "./gathered.ts";
import { GatherSink } from "./gather-sink.ts";
import { MovedBody } from "./moved-body.ts";

const SLOT = 4096;
const never = new AbortController().signal;
const ENDED: BodyEnd = { kind: "ended" };

function bytesOf(length: number): Buffer {
  return Buffer.from(Array.from({ length }, (_, at) => (at * 7 + (at >> 8)) % 256));
}

/** Gives the bytes in reads of these sizes, over and over. */
async function send(sink: GatherSink, bytes: Buffer, reads: readonly number[]): Promise<BodyEnd> {
  let at = 0;
  for (let nth = 0; at < bytes.length; nth++) {
    const read = bytes.subarray(at, at + (reads[nth % reads.length] ?? 1));
    if (!(await pour(sink, read))) return { kind: "aborted" };
    at += read.length;
  }
  return ENDED;
}

describe("a small body", () => {
  test("lies in memory byte for byte, however it came", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat(4 * SLOT),
        fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 5 }),
        async (length, reads) => {
          const pool = new SlotPool({ slots: 4, slotBytes: SLOT });
          const body = await Gathered.reserve(pool, length);
          const bytes = bytesOf(length);
          const seen: number[] = [];
          const sink = new GatherSink(body, (came) => void seen.push(came));
          expect(await send(sink, bytes, reads)).toEqual(ENDED);
          expect(Buffer.concat(body.pieces()).equals(bytes)).toBe(true);
          expect(seen.at(-1) ?? 0).toBe(length);
          body.release();
          expect(pool.free).toBe(4);
        },
      ),
    );
  });

  test("that has to go elsewhere in the middle gets there whole, whenever that is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 * SLOT }),
        fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 5 }),
        fc.nat(4 * SLOT),
        fc.integer({ min: 1, max: 3000 }),
        async (length, reads, stopAt, roomBytes) => {
          const pool = new SlotPool({ slots: 4, slotBytes: SLOT });
          const body = await Gathered.reserve(pool, length);
          const bytes = bytesOf(length);
          const stopped = Promise.withResolvers<null>();
          const sink: GatherSink = new GatherSink(body, (came) => {
            if (came >= stopAt) sink.stopSoon(() => stopped.resolve(null));
          });
          const end = send(sink, bytes, reads);
          await Promise.race([end, stopped.promise]);
          const moved = new MovedBody(Buffer.concat(body.pieces(sink.came)), sink, end);
          body.release();
          // Whoever has the slots now may write to them.
          pool.memory.fill(0);
          const target = new CollectingSink({ roomBytes: () => roomBytes });
          expect(await moved.receive(target, never)).toEqual(ENDED);
          expect(target.body.equals(bytes)).toBe(true);
        },
      ),
    );
  });

  test("that nobody wants any more is left at once", async () => {
    const pool = new SlotPool({ slots: 4, slotBytes: SLOT });
    const body = await Gathered.reserve(pool, 4 * SLOT);
    const stopped = Promise.withResolvers<void>();
    const sink = new GatherSink(body, () => {});
    sink.stopSoon(stopped.resolve);
    const end = send(sink, bytesOf(4 * SLOT), [1000]);
    await stopped.promise;
    new MovedBody(Buffer.alloc(0), sink, end).discard();
    expect(await end).toEqual({ kind: "aborted" });
  });

  test("is waited for no longer once its receiver is stopped, even if nothing comes", async () => {
    const pool = new SlotPool({ slots: 4, slotBytes: SLOT });
    const body = await Gathered.reserve(pool, 4 * SLOT);
    const sink = new GatherSink(body, () => {});
    const silent = new Promise<BodyEnd>(() => {});
    const stop = new AbortController();
    const receiving = new MovedBody(bytesOf(1000), sink, silent).receive(new CollectingSink(), stop.signal);
    stop.abort();
    expect(await receiving).toEqual({ kind: "aborted" });
    expect(sink.filled(1)).toBe("stop");
  });
});
