import * as fc from "fast-check";
import { createHash } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ByteRange } from "../byte-ranges.ts";
import { addRange, countBytes } from "../byte-ranges.ts";
import { HashRing } from "../hash/hash-ring.ts";
import { RingPrefixHash } from "../hash/ring-prefix-hash.ts";
import { DirectFile, DirectMounts } from "../disk/direct-file.ts";
import { FileSink } from "./file-sink.ts";
import type { FileSinkParts } from "./file-sink.ts";
import { SlotPool } from "../disk/slot-pool.ts";

let folder: string;
let path: string;
let fd: number;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-sink-"));
  path = join(folder, "file");
  fd = openSync(path, "w+");
});

afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

/** A clock on which every write on this thread takes so long. */
function clockOf(ms: number): () => number {
  let now = 0;
  return () => (now += ms);
}

function newSink(more: Partial<FileSinkParts> = {}): [FileSink, { written: readonly ByteRange[] }] {
  const seen: { written: readonly ByteRange[] } = { written: [] };
  const sink = new FileSink({
    pool: new SlotPool({ slots: 3, slotBytes: 8192 }, false),
    file: new DirectFile(fd, new DirectMounts()),
    position: 0,
    end: null,
    offer: () => {},
    wrote: (start, end) => {
      seen.written = addRange(seen.written, [start, end]);
    },
    ...more,
  });
  return [sink, seen];
}

/** Gives bytes to a sink as a connection would: only into its rooms, waiting where it is told to. */
async function pour(
  sink: FileSink,
  bytes: Uint8Array,
  most: () => number,
  verdicts: string[] = [],
): Promise<number> {
  for (let at = 0; at < bytes.length;) {
    const room = sink.room();
    if (room === null) {
      if ((await sink.ready()) === "stop") return at;
      continue;
    }
    const length = Math.min(room.length, bytes.length - at, most());
    room.set(bytes.subarray(at, at + length));
    at += length;
    const verdict = sink.filled(length);
    verdicts.push(verdict);
    if (verdict === "stop" || (verdict === "wait" && (await sink.ready()) === "stop")) return at;
  }
  return bytes.length;
}

describe("a body into a file", () => {
  test("is all there, at its place, told of in whole, and hashed on the way", async () => {
    const ring = new HashRing({ slots: 6, slotBytes: 8192 });
    await fc.assert(
      fc.asyncProperty(
        fc.record({
          bytes: fc.integer({ min: 0, max: 60_000 }),
          before: fc.integer({ min: 0, max: 20_000 }),
          seed: fc.nat(250),
          steps: fc.array(fc.constantFrom(1, 100, 4096, 5000, 9000), { minLength: 1, maxLength: 5 }),
          flushEvery: fc.integer({ min: 2, max: 20 }),
          writeMs: fc.constantFrom(0, 100),
          direct: fc.boolean(),
          told: fc.boolean(),
        }),
        async ({ bytes, before, seed, steps, flushEvery, writeMs, direct, told }) => {
          const own = openSync(path, "w+");
          const content = Buffer.from(
            Uint8Array.from(
              { length: before + bytes },
              (_, index) => (index * 31 + seed + (index >> 8)) & 255,
            ),
          );
          const file = new DirectFile(own, direct ? new DirectMounts() : null, clockOf(writeMs));
          // What a resumed file had before.
          file.writeNow(content.subarray(0, before), 0);
          const hash = new RingPrefixHash(ring.open("sha256"), own, before === 0 ? [] : [[0, before]]);
          let written: readonly ByteRange[] = [];
          let times = 0;
          const sink = new FileSink({
            pool: ring.pool,
            file,
            position: before,
            end: told ? before + bytes : null,
            offer: (position, slot, start, end) => {
              // Memory and file leave the same remainder: else nothing could go past the page cache.
              expect(start % 4096).toBe(position % 4096);
              hash.offer(position, slot, start, end);
            },
            wrote: (start, end) => {
              times += end - start;
              written = addRange(written, [start, end]);
              hash.wrote([start, end]);
            },
          });
          let count = 0;
          const most = (): number => {
            count++;
            if (count % flushEvery === 0) sink.flush();
            return steps[count % steps.length] as number;
          };
          expect(await pour(sink, content.subarray(before), most)).toBe(bytes);
          expect(await sink.finish()).toEqual({ kind: "written", end: before + bytes });
          expect(written).toEqual(bytes === 0 ? [] : [[before, before + bytes]]);
          // Each byte once.
          expect(times).toBe(bytes);
          expect(readFileSync(path).equals(content)).toBe(true);
          const hex = createHash("sha256").update(content).digest("hex");
          expect(await hash.digest()).toEqual({ kind: "digest", hex });
          file.close();
          closeSync(own);
        },
      ),
      { numRuns: 60 },
    );
    // The worker's last commands may still be on their way back.
    while (ring.pool.free < 6) await ring.pool.whenFree();
    expect(ring.pool.free).toBe(6);
    await ring.close();
  });

  test("that is longer than announced is refused: not one byte beyond the end is written", async () => {
    const [sink, seen] = newSink({ end: 10_000 });
    expect(await pour(sink, Buffer.alloc(10_001, 1), () => 3000)).toBe(10_001);
    expect(await sink.finish()).toEqual({ kind: "overrun" });
    expect(readFileSync(path)).toHaveLength(10_000);
    expect(countBytes(seen.written)).toBe(10_000);
  });

  test("can be claimed before it is whole: a flush writes what has come", async () => {
    const [sink, seen] = newSink({ position: 100 });
    await pour(sink, Buffer.from("hello"), () => 3);
    expect(seen.written).toEqual([]);
    sink.flush();
    expect(seen.written).toEqual([[100, 105]]);
    expect(sink.position).toBe(105);
    await pour(sink, Buffer.from(" world"), () => 3);
    await sink.finish();
    expect(readFileSync(path, "latin1").slice(100)).toBe("hello world");
  });

  test("that broke off is written as far as it came", async () => {
    const [sink, seen] = newSink({ end: 50_000 });
    await pour(sink, Buffer.alloc(20_000, 1), () => 3000);
    expect(await sink.finish()).toEqual({ kind: "written", end: 20_000 });
    expect(seen.written).toEqual([[0, 20_000]]);
  });

  test.each([0, 100])("ends at once when the disk refuses it (a write takes %i ms)", async (ms) => {
    const full = openSync("/dev/full", "w");
    const [sink, seen] = newSink({ file: new DirectFile(full, null, clockOf(ms)) });
    const poured = await pour(sink, Buffer.alloc(500_000), () => 9000);
    expect(poured).toBeLessThan(60_000);
    expect(await sink.finish()).toMatchObject({ kind: "failed", error: { code: "ENOSPC" } });
    expect(seen.written).toEqual([]);
    closeSync(full);
  });

  test("asks to wait as soon as every slot is in use, and no slot is lost", async () => {
    const pool = new SlotPool({ slots: 2, slotBytes: 8192 }, false);
    const [sink] = newSink({ pool, file: new DirectFile(fd, null, clockOf(100)) });
    const verdicts: string[] = [];
    await pour(sink, Buffer.alloc(200_000), () => 8192, verdicts);
    expect(verdicts).toContain("wait");
    await sink.finish();
    expect(pool.free).toBe(2);
  });
});
