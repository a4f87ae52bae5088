import * as fc from "fast-check";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Worker } from "node:worker_threads";
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ByteRange } from "./byte-ranges.ts";
import { countBytes } from "./byte-ranges.ts";
import { newLedger, parseLedger } from "./ledger.ts";
import { Machinery } from "../machinery.ts";
import { DEFAULT_LIMITS } from "../transfer-settings.ts";
import { NO_FACTS } from "../judge/object-facts.ts";
import type { PartRules } from "./part-rules.ts";
import { PartFile } from "./part-file.ts";
import type { FileSink, SinkRange } from "../sinks/file-sink.ts";

const KiB = 1024;
const never = new AbortController().signal;
const isRoot = process.getuid?.() === 0;
let folder: string;
let path: string;
let machinery: Machinery;
const parts: PartFile[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-part-"));
  path = join(folder, "file");
  machinery = new Machinery(DEFAULT_LIMITS.slots);
});

afterEach(async () => {
  for (const part of parts.splice(0)) await part.close();
  await machinery.close();
  rmSync(folder, { recursive: true, force: true });
});

async function begin(
  rules: Partial<PartRules> = {},
  size: number | null = null,
  at = path,
): Promise<PartFile> {
  const ledger = newLedger({ url: "http://a.example/file", checksum: null }, { ...NO_FACTS, size });
  const part = await PartFile.begin(at, ledger, {
    flushEveryMs: 60_000,
    flushEveryBytes: Infinity,
    unclaimedBytes: Infinity,
    machinery,
    directIo: "auto",
    confirm: async () => {},
    flushed: () => {},
    ...rules,
  });
  parts.push(part);
  return part;
}

function open(part: PartFile, range: Partial<SinkRange> = {}, leave = (): void => {}): FileSink {
  return part.receive({ position: 0, end: null, until: () => null, moved: () => {}, ...range }, leave);
}

/** As a connection does it: into rooms, waiting where it is told to. Answers how much the sink took. */
async function pour(sink: FileSink, bytes: Uint8Array, most = 100 * KiB): Promise<number> {
  for (let at = 0; at < bytes.length;) {
    const room = sink.room();
    if (room === null) {
      if ((await sink.ready()) === "stop") return at;
      continue;
    }
    const length = Math.min(room.length, bytes.length - at, most);
    room.set(bytes.subarray(at, at + length));
    at += length;
    const verdict = sink.filled(length);
    if (verdict === "stop" || (verdict === "wait" && (await sink.ready()) === "stop")) return at;
    // Others come in between.
    await nextTurn();
  }
  return bytes.length;
}

/** What the ledger on the disk claims. */
function claimed(): readonly ByteRange[] {
  return parseLedger(readFileSync(`${path}.part.json`, "utf8"))?.done ?? [];
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Whether the folder for temporary files is on a disk where a write past the cache leaves nothing in it. */
function hasDirectDisk(): boolean {
  const file = join(tmpdir(), `haulyard-direct-${process.pid}`);
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${file}`, "bs=64k", "count=1", "oflag=direct"], {
      stdio: "ignore",
    });
    const out = execFileSync("fincore", ["-b", "-n", "-o", "RES", file], { encoding: "utf8" });
    return out.trim() === "0";
  } catch {
    return false;
  } finally {
    rmSync(file, { force: true });
  }
}

test("the last byte is claimed only once the answer that brought it is over", async () => {
  const content = randomBytes(300_000);
  const part = await begin({}, content.length);
  const sink = open(part, { position: 0, end: content.length, moved: () => {} });
  await pour(sink, content, 50_000);
  await part.writeOut();
  await part.flush();
  expect(claimed()).toEqual([[0, content.length - 1]]);
  await part.finish(sink, true);
  await part.flush();
  expect(claimed()).toEqual([[0, content.length]]);
  await part.close();
});

test.each([
  ["none", false],
  ["a hash under way", true],
])(
  "the last byte of an answer whose end was not seen is asked for again (%s); the hash is of what comes then",
  async (_, isHashed) => {
    const content = randomBytes(300_000);
    const part = await begin({}, content.length);
    if (isHashed) part.startHash("sha256");
    const sink = open(part, { position: 0, end: content.length, moved: () => {} });
    await pour(sink, content, 50_000);
    expect(await part.finish(sink, false)).toEqual({ kind: "written", end: content.length });
    await part.flush();
    expect(part.bytesWritten).toBe(content.length - 1);
    expect(claimed()).toEqual([[0, content.length - 1]]);

    const other = Buffer.from([(content.at(-1) ?? 0) ^ 1]);
    const last = open(part, { position: content.length - 1, end: content.length, moved: () => {} });
    await pour(last, other, 1);
    await part.finish(last, true);
    await part.flush();
    expect(claimed()).toEqual([[0, content.length]]);
    const whole = Buffer.concat([content.subarray(0, -1), other]);
    const digest = await part.digest(new AbortController().signal);
    expect(digest).toBe(isHashed ? createHash("sha256").update(whole).digest("hex") : null);
    await part.close();
  },
);

test("where an answer was left before its end, nothing is taken back", async () => {
  const content = randomBytes(300_000);
  const part = await begin({}, content.length);
  const sink = open(part, { position: 0, end: content.length, moved: () => {} });
  await pour(sink, content.subarray(0, 200_000), 50_000);
  await part.finish(sink, false);
  await part.flush();
  expect(claimed()).toEqual([[0, 200_000]]);
  await part.close();
});

describe("a file that several connections write at once", () => {
  test("is whole and hashed, its ledger true at every moment, its count of bytes never lower than before", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 3_000_000 }),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.array(fc.integer({ min: 4000, max: 300 * KiB }), { minLength: 7, maxLength: 7 }),
        fc.constantFrom("on" as const, "off" as const),
        fc.option(fc.nat(), { nil: null }),
        async (size, places, steps, directIo, hashAt) => {
          const content = randomBytes(size);
          const cuts = [...new Set([0, ...places.map((place) => place % size), size])].sort((a, b) => a - b);
          let flushes = 0;
          const flushed = (): void => {
            flushes++;
            const there = readFileSync(`${path}.part`);
            for (const [start, end] of claimed()) {
              if (Buffer.compare(there.subarray(start, end), content.subarray(start, end)) !== 0)
                throw new Error(`${start} to ${end} is claimed and not there`);
            }
          };
          const limits = { flushEveryBytes: 200 * KiB, unclaimedBytes: 500 * KiB };
          const part = await begin({ ...limits, directIo, flushed }, size);
          let come = 0;
          const moved = (): void => {
            expect(part.bytesCome).toBeGreaterThan(come);
            come = part.bytesCome;
            if (hashAt !== null && come > hashAt % size && part.hash === null) part.startHash("sha256");
          };
          await Promise.all(
            cuts.slice(0, -1).map(async (position, index) => {
              const end = cuts[index + 1] as number;
              const sink = open(part, { position, end, moved });
              expect(await pour(sink, content.subarray(position, end), steps[index])).toBe(end - position);
              expect(await part.finish(sink, true)).toEqual({ kind: "written", end });
            }),
          );
          expect(come).toBe(size);
          await part.flush();
          expect(claimed()).toEqual([[0, size]]);
          // Each connection writes up to 1 MiB at once, on top of what may be unclaimed; past the cache, all of a small
          // file is on its way to the disk at once.
          const between = limits.unclaimedBytes + (cuts.length - 1) * 1100 * KiB;
          expect(flushes).toBeGreaterThanOrEqual(directIo === "off" ? size / between : 1);
          if (part.hash === null) part.startHash("sha256");
          expect(await part.digest(never)).toBe(sha256(content));
          await part.close();
          expect(readFileSync(`${path}.part`).equals(content)).toBe(true);
        },
      ),
      // Of a file and its timing a smaller example is no other failure.
      { numRuns: 40, endOnFailure: true },
    );
  });

  test("claims what a slow connection brought, though it fills no slot for minutes", async () => {
    const part = await begin({ flushEveryMs: 40 });
    const slow = open(part, { position: 1_000_000 });
    const quick = open(part, { end: 1_000_000 });
    await pour(slow, randomBytes(1000));
    await pour(quick, randomBytes(500_000));
    while (countBytes(claimed()) < 501_000) await sleep(5);
    expect(claimed()).toEqual([
      [0, 500_000],
      [1_000_000, 1_001_000],
    ]);
    // Nothing new: nothing is written for it.
    await sleep(100);
    await pour(slow, randomBytes(10));
    await part.finish(slow, true);
    await part.finish(quick, true);
    expect(part.written).toEqual([
      [0, 500_000],
      [1_000_000, 1_001_010],
    ]);
  });

  test("is not written further ahead of its ledger than may be lost, whoever writes", async () => {
    let release = (): void => {};
    const held = new Promise<void>((resolve) => (release = resolve));
    let most = 0;
    const part = await begin({
      flushEveryBytes: 300 * KiB,
      unclaimedBytes: 600 * KiB,
      flushed: async () => {
        await held;
      },
    });
    const sinks = [0, 10_000_000].map((position) =>
      open(part, { position, moved: () => (most = Math.max(most, part.bytesWritten)) }),
    );
    const pours = sinks.map((sink) => pour(sink, randomBytes(3_000_000)));
    await sleep(300);
    // A slot of each may be on its way.
    expect(most).toBeLessThan(3 * 600 * KiB);
    release();
    expect(await Promise.all(pours)).toEqual([3_000_000, 3_000_000]);
    for (const sink of sinks) await part.finish(sink, true);
    expect(part.bytesWritten).toBe(6_000_000);
  });

  test("makes whoever still receives leave when it is closed, and waits for what they wrote", async () => {
    const part = await begin();
    const left: string[] = [];
    const receive = async (name: string, position: number): Promise<void> => {
      const leave = new AbortController();
      const sink = open(part, { position }, () => leave.abort());
      await pour(sink, randomBytes(1000));
      await new Promise((resolve) => leave.signal.addEventListener("abort", resolve));
      expect(await part.finish(sink, true)).toEqual({ kind: "written", end: position + 1000 });
      left.push(name);
    };
    const receivers = [receive("a", 0), receive("b", 1000)];
    await nextTurn();
    await nextTurn();
    await part.close();
    expect(left.sort()).toEqual(["a", "b"]);
    await Promise.all(receivers);
    expect(readFileSync(`${path}.part`)).toHaveLength(2000);
  });

  test("has a ledger that one writes after the other: what is learnt meanwhile is not lost", async () => {
    const part = await begin({ flushEveryBytes: 4 * KiB });
    const sink = open(part);
    const pouring = pour(sink, randomBytes(1_000_000), 50 * KiB);
    const published = { algorithm: "md5", hex: "00".repeat(16), origin: "the test" } as const;
    await Promise.all([
      part.learn({ facts: { ...NO_FACTS, etag: '"x"' } }),
      part.flush(),
      part.learn({ checksum: published }),
      part.disown([5_000_000, 6_000_000]),
      part.flush(),
    ]);
    await pouring;
    await part.finish(sink, true);
    await part.flush();
    expect(part.ledger).toMatchObject({
      facts: { etag: '"x"' },
      checksum: published,
      done: [[0, 1_000_000]],
    });
    expect(parseLedger(readFileSync(`${path}.part.json`, "utf8"))).toEqual(part.ledger);
  });
});

describe("bytes that turn out to be others", () => {
  test("are not claimed any more, and nothing is claimed with them that was not synced", async () => {
    const part = await begin();
    const first = open(part, { end: 1000 });
    await pour(first, randomBytes(1000));
    await part.finish(first, true);
    await part.flush();
    const second = open(part, { position: 1000 });
    await pour(second, randomBytes(9000));
    await part.finish(second, true);
    await part.disown([500, 2000]);
    expect(part.written).toEqual([
      [0, 500],
      [2000, 10_000],
    ]);
    // Of what is written but not synced, the ledger says nothing.
    expect(claimed()).toEqual([[0, 500]]);
    await part.flush();
    expect(claimed()).toEqual([
      [0, 500],
      [2000, 10_000],
    ]);
  });

  test.each(["sha256", "blake3"] as const)("leave no trace in the %s: it is made anew", async (algorithm) => {
    const [wrong, right] = [randomBytes(600_000), randomBytes(600_000)];
    const part = await begin({}, 1_000_000);
    part.startHash(algorithm);
    const first = open(part);
    await pour(first, wrong);
    await part.finish(first, true);
    await part.disown([400_000, 600_000]);
    const second = open(part, { position: 400_000 });
    await pour(second, right);
    await part.finish(second, true);
    const whole = Buffer.concat([wrong.subarray(0, 400_000), right]);
    expect(readFileSync(`${path}.part`).equals(whole)).toBe(true);
    const digest = await part.digest(never);
    if (algorithm === "sha256") expect(digest).toBe(sha256(whole));
    expect(part.hash?.bytesHashed).toBe(1_000_000);
    // The same by a hash that was begun only now.
    part.startHash(algorithm);
    expect(await part.digest(never)).toBe(digest);
  });
});

test("the loss of the worker that hashes is told, holds up nothing, and is over with the next hash", async () => {
  const workers: Worker[] = [];
  process.once("worker", (worker) => workers.push(worker));
  const content = randomBytes(6_000_000);
  const part = await begin({}, content.length);
  part.startHash("sha256");
  const sink = open(part);
  await pour(sink, content.subarray(0, 3_000_000));
  const pouring = pour(sink, content.subarray(3_000_000));
  expect(workers).toHaveLength(1);
  await workers[0]?.terminate();
  expect(await pouring).toBe(3_000_000);
  expect(await part.finish(sink, true)).toEqual({ kind: "written", end: content.length });
  await expect(part.digest(never)).rejects.toMatchObject({ failure: { code: "internal", retryable: true } });
  part.startHash("sha256");
  expect(await part.digest(never)).toBe(sha256(content));
});

test("a hash that takes long is not waited for by a run that is stopped", async () => {
  const part = await begin();
  const sink = open(part);
  await pour(sink, randomBytes(5_000_000));
  await part.finish(sink, true);
  part.startHash("blake3");
  const stop = new AbortController();
  const digest = part.digest(stop.signal);
  stop.abort();
  expect(await digest).toBeNull();
  expect(await part.digest(AbortSignal.abort())).toBeNull();
});

describe.skipIf(!isRoot)("a disk that is full (mounting a small one needs root)", () => {
  test("ends every body of the file at once, also the one that is waiting for bytes", async () => {
    const disk = join(folder, "disk");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]);
    try {
      const part = await begin({}, null, join(disk, "file"));
      let wasTold = false;
      const idle = open(part, { position: 50_000_000 }, () => (wasTold = true));
      await pour(idle, randomBytes(1000));
      const busy = open(part);
      expect(await pour(busy, randomBytes(8_000_000))).toBeLessThan(3_000_000);
      expect(await part.finish(busy, true)).toMatchObject({ kind: "failed", error: { code: "ENOSPC" } });
      expect(wasTold).toBe(true);
      expect(idle.room()).toBeNull();
      expect(await idle.ready()).toBe("stop");
      expect(await part.finish(idle, true)).toMatchObject({ kind: "failed", error: { code: "ENOSPC" } });
      expect(() => open(part)).toThrow("ENOSPC");
      await part.close();
    } finally {
      execFileSync("umount", [disk]);
    }
  });
});

describe.skipIf(!hasDirectDisk())(
  "past the page cache (needs a disk that takes O_DIRECT, and fincore)",
  () => {
    /** Bytes of the partial file that are in the page cache. */
    function cached(): number {
      const out = execFileSync("fincore", ["-b", "-n", "-o", "RES", `${path}.part`], { encoding: "utf8" });
      return Number(out.trim());
    }

    async function write(part: PartFile, position: number, bytes: number): Promise<void> {
      const sink = open(part, { position });
      await pour(sink, randomBytes(bytes));
      await part.finish(sink, true);
    }

    const MiB = 1024 * KiB;

    test("go bytes that nobody reads back: hashed in order, or not at all", async () => {
      const part = await begin({ directIo: "on" });
      await write(part, 0, 8 * MiB);
      part.startHash("sha256");
      await part.digest(never);
      await part.close();
      const other = await begin({ directIo: "on" });
      other.startHash("sha256");
      await write(other, 0, 8 * MiB);
      // No more than an end that does not fill a page.
      expect(cached()).toBeLessThan(64 * KiB);
      await other.digest(never);
      expect(cached()).toBeLessThan(64 * KiB);
    });

    test("does not go what a hash reads back, or may have to", async () => {
      const part = await begin({ directIo: "on" });
      part.expectHash(true);
      await write(part, 0, MiB);
      expect(cached()).toBe(MiB);
      part.startHash("sha256");
      // Out of order.
      await write(part, 4 * MiB, 4 * MiB);
      expect(cached()).toBe(5 * MiB);
      part.expectHash(false);
      await part.close();
      const other = await begin({ directIo: "on" });
      other.expectHash(true);
      other.expectHash(false);
      await write(other, 0, 4 * MiB);
      expect(cached()).toBeLessThan(64 * KiB);
    });

    test("goes what the disk cannot take as fast as it comes, and nothing before", async () => {
      let release = (): void => {};
      const held = new Promise<void>((resolve) => (release = resolve));
      const flushed = (): Promise<void> => held;
      const part = await begin({ flushEveryBytes: 2 * MiB, unclaimedBytes: 4 * MiB, flushed });
      const sink = open(part);
      const pouring = pour(sink, randomBytes(16 * MiB));
      // Until nothing moves any more.
      for (let before = -1; before !== part.bytesWritten;) {
        before = part.bytesWritten;
        await sleep(300);
      }
      expect(part.bytesWritten).toBeLessThan(8 * MiB);
      const before = cached();
      expect(before).toBe(part.bytesWritten);
      release();
      await pouring;
      await part.finish(sink, true);
      expect(cached()).toBeLessThan(before + MiB);
    });
  },
);

test("memory is given back to the pool, whatever became of the bodies", async () => {
  const part = await begin();
  const { free } = machinery.pool;
  part.startHash("sha256");
  for (let round = 0; round < 5; round++) {
    const sink = open(part, { position: round * 1_000_000 });
    await pour(sink, randomBytes(round * 200_000));
    await part.finish(sink, true);
  }
  await part.close();
  expect(machinery.pool.free).toBe(free);
});
