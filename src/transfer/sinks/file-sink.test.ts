import * as fc from "fast-check";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ByteRange } from "../part/byte-ranges.ts";
import { addRange, countBytes } from "../part/byte-ranges.ts";
import { HashRing } from "../hash/hash-ring.ts";
import { RingPrefixHash } from "../hash/ring-prefix-hash.ts";
import { DirectFile, DirectMounts } from "../disk/direct-file.ts";
import { FileSink } from "./file-sink.ts";
import type { SinkFile, SinkRange } from "./file-sink.ts";
import { SlotPool, SlotShare } from "../disk/slot-pool.ts";

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

/** A file that keeps count of what was written to it. */
class Target implements SinkFile {
  readonly file: DirectFile;
  readonly share: SlotShare;
  written: readonly ByteRange[] = [];
  /** Bytes written, each time they were. */
  times = 0;
  offered: ByteRange[] = [];
  failures: unknown[] = [];
  hash: RingPrefixHash | null = null;
  direct = true;
  brake: () => Promise<void> | null = () => null;

  constructor(
    pool = new SlotPool({ slots: 4, slotBytes: 8192 }),
    file = new DirectFile(fd, new DirectMounts()),
  ) {
    this.file = file;
    this.share = new SlotShare(pool, 2);
    this.share.join();
  }

  offer(...[position, slot, start, end]: Parameters<SinkFile["offer"]>): boolean {
    // Memory and file leave the same remainder: else nothing could go past the page cache.
    if (start % 4096 !== position % 4096) throw new Error(`${position} lies at ${start}`);
    this.offered.push([position, position + end - start]);
    this.hash?.offer(position, slot, start, end);
    return this.direct;
  }

  wrote(start: number, end: number): void {
    this.times += end - start;
    this.written = addRange(this.written, [start, end]);
    this.hash?.wrote();
  }

  failed(error: unknown): void {
    this.failures.push(error);
  }
}

function newSink(target: Target, range: Partial<SinkRange> = {}): FileSink {
  return new FileSink(target, { position: 0, end: null, until: () => null, moved: () => {}, ...range });
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
    const pool = new SlotPool({ slots: 6, slotBytes: 8192 });
    const ring = new HashRing(pool);
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
          const target = new Target(pool, new DirectFile(own, new DirectMounts(), clockOf(writeMs)));
          target.direct = direct;
          // What a resumed file had before.
          target.file.writeNow(content.subarray(0, before), 0, false);
          if (before > 0) target.written = [[0, before]];
          target.hash = new RingPrefixHash("sha256", ring.open("sha256"), own, () => target.written);
          let moved = before;
          const sink = newSink(target, {
            position: before,
            end: told ? before + bytes : null,
            moved: (position) => (moved = position),
          });
          let count = 0;
          const most = (): number => {
            count++;
            if (count % flushEvery === 0) void sink.flush();
            return steps[count % steps.length] as number;
          };
          expect(await pour(sink, content.subarray(before), most)).toBe(bytes);
          expect([sink.position, moved]).toEqual([before + bytes, before + bytes]);
          expect(sink.pending).toBe(bytes - target.times);
          expect(await sink.finish()).toEqual({ kind: "written", end: before + bytes });
          expect(target.written).toEqual(before + bytes === 0 ? [] : [[0, before + bytes]]);
          // Each byte once.
          expect([target.times, sink.pending]).toEqual([bytes, 0]);
          expect(readFileSync(path).equals(content)).toBe(true);
          const hex = createHash("sha256").update(content).digest("hex");
          expect(await target.hash.digest()).toEqual({ kind: "digest", hex });
          target.file.close();
          closeSync(own);
        },
      ),
      { numRuns: 60 },
    );
    expect(await pool.take(6)).toHaveLength(6);
    await ring.close();
  });

  test("that is longer than announced is refused: not one byte beyond the end is written", async () => {
    const target = new Target();
    const sink = newSink(target, { end: 10_000 });
    expect(await pour(sink, Buffer.alloc(10_001, 1), () => 3000)).toBe(10_001);
    expect(await sink.finish()).toEqual({ kind: "overrun", end: 10_000 });
    expect(readFileSync(path)).toHaveLength(10_000);
    expect(countBytes(target.written)).toBe(10_000);
  });

  test("can be claimed before it is whole: a flush writes what has come", async () => {
    const target = new Target();
    const sink = newSink(target, { position: 100 });
    await pour(sink, Buffer.from("hello"), () => 3);
    expect([target.written, sink.pending]).toEqual([[], 5]);
    await sink.flush();
    expect([target.written, sink.pending]).toEqual([[[100, 105]], 0]);
    expect(sink.position).toBe(105);
    await pour(sink, Buffer.from(" world"), () => 3);
    await sink.finish();
    expect(readFileSync(path, "latin1").slice(100)).toBe("hello world");
  });

  test("that broke off is written as far as it came", async () => {
    const target = new Target();
    const sink = newSink(target, { end: 50_000 });
    await pour(sink, Buffer.alloc(20_000, 1), () => 3000);
    expect(await sink.finish()).toEqual({ kind: "written", end: 20_000 });
    expect(target.written).toEqual([[0, 20_000]]);
  });

  test.each([0, 100])("ends at once when the disk refuses it (a write takes %i ms)", async (ms) => {
    const full = openSync("/dev/full", "w");
    const target = new Target(undefined, new DirectFile(full, new DirectMounts(), clockOf(ms)));
    const sink = newSink(target);
    const poured = await pour(sink, Buffer.alloc(500_000), () => 9000);
    expect(poured).toBeLessThan(60_000);
    expect(await sink.finish()).toMatchObject({ kind: "failed", error: { code: "ENOSPC" } });
    expect(target.failures[0]).toMatchObject({ code: "ENOSPC" });
    expect(target.written).toEqual([]);
    closeSync(full);
  });

  test("ends when somebody else's write has failed, and writes nothing more", async () => {
    const target = new Target();
    const sink = newSink(target);
    const error = new Error("the disk is gone");
    await pour(sink, Buffer.alloc(100), () => 100);
    sink.fail(error);
    expect(await pour(sink, Buffer.alloc(100_000), () => 5000)).toBeLessThan(5001);
    expect(await sink.finish()).toEqual({ kind: "failed", error });
    expect(target.times).toBe(0);
  });

  test("asks to wait as soon as every slot is in use, and no slot is lost", async () => {
    const pool = new SlotPool({ slots: 2, slotBytes: 8192 });
    const target = new Target(pool, new DirectFile(fd, new DirectMounts(), clockOf(100)));
    const sink = newSink(target);
    const verdicts: string[] = [];
    await pour(sink, Buffer.alloc(200_000), () => 8192, verdicts);
    expect(verdicts).toContain("wait");
    await sink.finish();
    expect(pool.free).toBe(2);
  });

  test("waits as long as the file is behind with what was written", async () => {
    const target = new Target();
    let release = (): void => {};
    const wait = new Promise<void>((resolve) => (release = resolve));
    target.brake = () => wait;
    const sink = newSink(target);
    sink.room();
    expect(sink.filled(10)).toBe("wait");
    let ready = false;
    const going = sink.ready().then((verdict) => {
      ready = true;
      return verdict;
    });
    await nextTurn();
    expect(ready).toBe(false);
    target.brake = () => null;
    release();
    expect(await going).toBe("go");
  });

  test("gives back a slot that it got only after its end", async () => {
    const pool = new SlotPool({ slots: 1, slotBytes: 8192 });
    const slot = await pool.next();
    const target = new Target(pool);
    const sink = newSink(target);
    expect(sink.room()).toBeNull();
    const going = sink.ready();
    await sink.finish();
    pool.release(slot);
    expect(await going).toBe("stop");
    expect(pool.free).toBe(1);
  });
});

describe("a body of which not all is wanted", () => {
  test("ends where somebody else goes on; what came beyond is neither written nor hashed", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 60_000 }),
        fc.integer({ min: 0, max: 60_000 }),
        fc.nat(60_000),
        fc.array(fc.constantFrom(1000, 4096, 5000, 9000), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 2, max: 20 }),
        async (bytes, cut, when, steps, flushEvery) => {
          const target = new Target();
          const content = randomBytes(bytes);
          const told = { position: 0 };
          let until: number | null = null;
          const sink = newSink(target, {
            end: bytes,
            until: () => until,
            moved: (position) => (told.position = position),
          });
          let count = 0;
          const most = (): number => {
            count++;
            if (count % flushEvery === 0) void sink.flush();
            // Only what has not come yet is taken away; it may be on its way into a slot.
            if (told.position >= when) until ??= Math.min(bytes, told.position + cut);
            return steps[count % steps.length] as number;
          };
          await pour(sink, content, most);
          const enough = until !== null && until < bytes;
          const last = until ?? bytes;
          expect(await sink.finish()).toEqual({ kind: enough ? "enough" : "written", end: last });
          expect(target.written).toEqual(last === 0 ? [] : [[0, last]]);
          expect(target.offered.every(([, end]) => end <= last)).toBe(true);
          expect([target.times, sink.pending, sink.position]).toEqual([last, 0, last]);
          expect(readFileSync(path).subarray(0, last).equals(content.subarray(0, last))).toBe(true);
          target.file.close();
        },
      ),
      { numRuns: 200 },
    );
  });

  test("keeps what is written already, and drops what only lies in memory", async () => {
    const target = new Target();
    target.direct = false;
    let until = 50_000;
    const sink = newSink(target, { end: 50_000, until: () => until });
    await pour(sink, Buffer.alloc(9000, 1), () => 9000);
    expect(target.written).toEqual([[0, 8192]]);
    until = 4000;
    await sink.flush();
    // Wanted again: but the memory that is lent lies behind what was dropped.
    until = 50_000;
    expect(sink.filled(100)).toBe("stop");
    expect(await sink.finish()).toEqual({ kind: "enough", end: 8192 });
    expect(target.written).toEqual([[0, 8192]]);
  });

  test("that is taken away whole says so at its next byte", async () => {
    const target = new Target();
    let until = 50_000;
    const sink = newSink(target, { end: 50_000, until: () => until });
    await pour(sink, Buffer.alloc(100, 1), () => 100);
    until = 100;
    expect(sink.room()).not.toBeNull();
    expect(sink.filled(10)).toBe("stop");
    expect(await sink.finish()).toEqual({ kind: "enough", end: 100 });
  });
});

test("several bodies at once are one file, whoever is quick and whoever slow", async () => {
  const pool = new SlotPool({ slots: 5, slotBytes: 8192 });
  const target = new Target(pool, new DirectFile(fd, new DirectMounts(), clockOf(30)));
  const content = randomBytes(400_000);
  const cuts = [0, 70_001, 131_072, 250_000, 400_000];
  await Promise.all(
    cuts.slice(0, -1).map(async (position, index) => {
      const end = cuts[index + 1] as number;
      target.share.join();
      const sink = newSink(target, { position, end });
      expect(await pour(sink, content.subarray(position, end), () => 1000 * (index + 1))).toBe(
        end - position,
      );
      expect(await sink.finish()).toEqual({ kind: "written", end });
      target.share.leave();
    }),
  );
  expect(target.written).toEqual([[0, 400_000]]);
  expect(readFileSync(path).equals(content)).toBe(true);
  expect(pool.free).toBe(5);
});
