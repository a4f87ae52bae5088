import * as fc from "fast-check";
import { randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { spawnSync } from "node:child_process";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { SlotPool } from "../disk/slot-pool.ts";
import { createHasher } from "./hasher.ts";
import type { HashStream } from "./hash-stream.ts";
import { HashRing } from "./hash-ring.ts";
import { ALGORITHMS } from "./ring-layout.ts";

const SIZE = { slots: 4, slotBytes: 64 * 1024 };
let folder: string;
let ring: HashRing;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-hash-"));
  ring = new HashRing(new SlotPool(SIZE));
});

afterEach(async () => {
  await ring.close();
  rmSync(folder, { recursive: true, force: true });
});

function hashOf(algorithm: ChecksumAlgorithm, ...pieces: Uint8Array[]): string {
  const hash = createHasher(algorithm);
  for (const piece of pieces) hash.update(piece);
  return hash.digest();
}

/** Puts bytes through slots, waiting for free ones. */
async function feed(
  stream: HashStream,
  bytes: Uint8Array,
  pieceBytes: number = SIZE.slotBytes,
): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const slot = await ring.pool.next();
    const piece = bytes.subarray(at, at + pieceBytes);
    slot.memory.set(piece);
    stream.slot(slot, 0, piece.length);
    ring.pool.release(slot);
    at += piece.length;
  }
}

function fileOf(bytes: Uint8Array): number {
  const path = join(folder, randomBytes(4).toString("hex"));
  writeFileSync(path, bytes);
  return openSync(path, "r");
}

describe("the hash ring", () => {
  test.each(ALGORITHMS)("gives the %s of what went through its slots", async (algorithm) => {
    const bytes = randomBytes(1_000_000);
    const stream = ring.open(algorithm);
    await feed(stream, bytes);
    expect(await stream.digest()).toEqual({ kind: "digest", hex: hashOf(algorithm, bytes) });
    expect(stream.bytesHashed).toBe(1_000_000);
    expect(await ring.open(algorithm).digest()).toEqual({ kind: "digest", hex: hashOf(algorithm) });
  });

  test("keeps memory and file in the order they were given in", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ file: fc.boolean(), bytes: fc.integer({ min: 0, max: 70_000 }) }), {
          maxLength: 8,
        }),
        async (parts) => {
          const stream = ring.open("sha256");
          const pieces: Uint8Array[] = [];
          const descriptors: number[] = [];
          for (const { file, bytes } of parts) {
            const piece = randomBytes(bytes);
            pieces.push(piece);
            if (!file) await feed(stream, piece, 30_000);
            else {
              const fd = fileOf(Buffer.concat([randomBytes(10), piece, randomBytes(10)]));
              descriptors.push(fd);
              stream.file(fd, 10, bytes);
            }
          }
          expect(await stream.digest()).toEqual({ kind: "digest", hex: hashOf("sha256", ...pieces) });
          for (const fd of descriptors) closeSync(fd);
        },
      ),
      { numRuns: 40 },
    );
  });

  test("keeps many hashes at once apart", async () => {
    const files = Array.from({ length: 50 }, (_, index) => randomBytes(index * 5000));
    const digests = await Promise.all(
      files.map(async (bytes) => {
        const stream = ring.open("sha1");
        await feed(stream, bytes, 7000);
        return stream.digest();
      }),
    );
    expect(digests).toEqual(files.map((bytes) => ({ kind: "digest", hex: hashOf("sha1", bytes) })));
  });

  test("does not let a long file keep the others waiting", async () => {
    const long = Buffer.alloc(256 * 1024 * 1024);
    const fd = fileOf(long);
    const slow = ring.open("sha256");
    slow.file(fd, 0, long.length);
    const slowDigest = slow.digest();
    const quick = ring.open("sha256");
    await feed(quick, randomBytes(300_000));
    await quick.digest();
    expect(slow.bytesHashed).toBeLessThan(long.length);
    expect(await slowDigest).toEqual({ kind: "digest", hex: hashOf("sha256", long) });
    closeSync(fd);
  });

  test("holds a slot until it is hashed, and has them all back in the end", async () => {
    const stream = ring.open("sha256");
    await feed(stream, randomBytes(2_000_000));
    expect(ring.pool.free).toBeLessThan(SIZE.slots);
    await stream.digest();
    const all = await Promise.all(Array.from({ length: SIZE.slots }, () => ring.pool.next()));
    expect(new Set(all).size).toBe(SIZE.slots);
    for (const slot of all) ring.pool.release(slot);
  });

  test.each([
    ["ends too early", "EOF"],
    ["cannot be read", "EBADF"],
  ])("says so when a file %s, and hashes on for the others", async (how, code) => {
    const good = ring.open("sha256");
    const fd = how === "ends too early" ? fileOf(randomBytes(1000)) : 99_999;
    const bad = ring.open("sha256");
    bad.file(fd, 0, 2000);
    expect(await bad.digest()).toMatchObject({ kind: "failed", code });
    // What comes after it is not held on to.
    await feed(bad, randomBytes(1_000_000));
    expect(await bad.digest()).toMatchObject({ kind: "failed", code });
    await bad.close();
    const bytes = randomBytes(100_000);
    await feed(good, bytes);
    expect(await good.digest()).toEqual({ kind: "digest", hex: hashOf("sha256", bytes) });
    if (how === "ends too early") closeSync(fd);
  });

  test("lets go of a hash that is given up: its slots are free, its file is not read any more", async () => {
    const bytes = Buffer.alloc(64 * 1024 * 1024);
    const fd = fileOf(bytes);
    const stream = ring.open("sha256");
    stream.file(fd, 0, bytes.length);
    const slot = await ring.pool.next();
    stream.slot(slot, 0, 1000);
    ring.pool.release(slot);
    const digest = stream.digest();
    await stream.close();
    closeSync(fd);
    expect(await digest).toMatchObject({ kind: "failed", code: "closed" });
    expect(ring.pool.free).toBe(SIZE.slots);
    await stream.close();
    const other = ring.open("md5");
    expect(await other.digest()).toEqual({ kind: "digest", hex: hashOf("md5") });
  });

  test("fails what is under way when it is closed, and what comes later", async () => {
    const stream = ring.open("sha256");
    await feed(stream, randomBytes(500_000));
    const digest = stream.digest();
    await ring.close();
    expect(["digest", "failed"]).toContain((await digest).kind);
    expect(await ring.open("sha256").digest()).toMatchObject({ kind: "failed", code: "broken" });
    expect(ring.pool.free).toBe(SIZE.slots);
    await ring.close();
  });

  test("costs nothing before the first hash", async () => {
    const idle = new HashRing(new SlotPool({ slots: 64, slotBytes: 1024 * 1024 }));
    await idle.close();
    expect(await idle.open("sha256").digest()).toMatchObject({ kind: "failed" });
  });

  test("neither keeps a process alive that has nothing to hash, nor lets one end that has, or that closes it", () => {
    const script = `
      import { HashRing } from ${JSON.stringify(new URL("hash-ring.ts", import.meta.url).href)};
      import { SlotPool } from ${JSON.stringify(new URL("../disk/slot-pool.ts", import.meta.url).href)};
      const ring = new HashRing(new SlotPool({ slots: 4, slotBytes: 65536 }));
      const stream = ring.open("sha256");
      const slot = ring.pool.acquire();
      stream.slot(slot, 0, 65536);
      ring.pool.release(slot);
      const { hex } = await stream.digest();
      console.log(hex);
      if (process.argv.includes("close")) await ring.close();
    `;
    for (const more of [[], ["close"]]) {
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        ["--input-type=module", "-e", script, ...more],
        {
          encoding: "utf8",
          timeout: 120_000,
        },
      );
      const hex = hashOf("sha256", Buffer.alloc(65_536));
      expect({ stdout, stderr, status }).toEqual({ stdout: `${hex}\n`, stderr: "", status: 0 });
    }
  });

  test("survives the loss of its worker: whoever waits is told, every slot is free", () => {
    // In a process of its own: the worker is killed from inside, by more memory than it may have.
    const script = `
      import { HashRing } from ${JSON.stringify(new URL("hash-ring.ts", import.meta.url).href)};
      import { SlotPool } from ${JSON.stringify(new URL("../disk/slot-pool.ts", import.meta.url).href)};
      import { Worker } from "node:worker_threads";
      const ring = new HashRing(new SlotPool({ slots: 4, slotBytes: 65536 }));
      const workers = [];
      const on = Worker.prototype.on;
      Worker.prototype.on = function (...args) { if (!workers.includes(this)) workers.push(this); return on.apply(this, args); };
      const stream = ring.open("sha256");
      for (let count = 0; count < 4; count++) { const slot = ring.pool.acquire(); stream.slot(slot, 0, 65536); ring.pool.release(slot); }
      stream.file(99999, 0, 1);
      const digest = stream.digest();
      await workers[0].terminate();
      const outcome = await digest;
      await ring.close();
      console.log(outcome.kind, ring.pool.free, (await ring.open("md5").digest()).code);
    `;
    const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
      encoding: "utf8",
      timeout: 120_000,
    });
    expect({ stdout, stderr }).toEqual({ stdout: "failed 4 broken\n", stderr: "" });
  });
});
