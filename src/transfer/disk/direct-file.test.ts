import { execFileSync } from "node:child_process";
import * as fc from "fast-check";
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { alignedMemory } from "./aligned-memory.ts";
import { DirectFile, DirectMounts } from "./direct-file.ts";
import type { WriteOutcome } from "./write-fully.ts";

const MiB = 1024 * 1024;
let folder: string;
let path: string;
let fd: number;

beforeEach(() => {
  // The temporary folder is on a real disk here; where it is not, O_DIRECT falls back and the bytes are the same.
  folder = mkdtempSync(join(tmpdir(), "haulyard-direct-"));
  path = join(folder, "file");
  fd = openSync(path, "w+");
});

afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

/** Memory in which the byte for file position `p` is `p` in a way that shows any shift. */
function memoryFor(position: number, bytes: number): Uint8Array {
  const memory = alignedMemory(bytes + 4096);
  const view = memory.subarray(position % 4096, (position % 4096) + bytes);
  for (let index = 0; index < bytes; index++) view[index] = patternAt(position + index);
  return view;
}

function patternAt(position: number): number {
  return (position * 31 + Math.floor(position / 251)) & 255;
}

function expectPattern(bytes: Uint8Array, from: number, to: number): void {
  for (let position = from; position < to; position++)
    if (bytes[position] !== patternAt(position))
      throw new Error(`byte ${position} of ${bytes.length} is wrong`);
}

function openDescriptors(): number {
  return readdirSync("/proc/self/fd").length;
}

describe("a file past the page cache", () => {
  test("holds the bytes that were written, whatever their place and length", async () => {
    const file = new DirectFile(fd, new DirectMounts());
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 20_000 }),
        fc.array(fc.oneof(fc.integer({ min: 1, max: 9000 }), fc.constantFrom(4096, 8192, 65_536)), {
          minLength: 1,
          maxLength: 8,
        }),
        async (start, lengths) => {
          let position = start;
          for (const bytes of lengths) {
            expect(await file.write(memoryFor(position, bytes), position, true)).toEqual({ kind: "written" });
            position += bytes;
          }
          expectPattern(readFileSync(path), start, position);
        },
      ),
      { numRuns: 60 },
    );
    file.close();
  });

  test.each([true, false])(
    "holds them also where slots are written by the pool, direct: %s",
    async (direct) => {
      // Many at once and out of order, by a clock on which every write on this thread is slow.
      let now = 0;
      const file = new DirectFile(fd, new DirectMounts(), () => (now += 100));
      const pieces = Array.from({ length: 40 }, (_, index) => index * 100_000).sort(
        (a, b) => ((a * 7919) % 97) - ((b * 7919) % 97),
      );
      const outcomes = pieces.map((position) => file.write(memoryFor(position, 100_000), position, direct));
      // Past the cache no write is waited for.
      const waitedFor = direct && file.isDirect ? 0 : 3;
      expect(outcomes.filter((outcome) => !(outcome instanceof Promise))).toHaveLength(waitedFor);
      file.close(); // what is under way goes on
      for (const outcome of outcomes) expect(await outcome).toEqual({ kind: "written" });
      expectPattern(readFileSync(path), 0, 4_000_000);
    },
  );

  test("goes past the cache where the memory fits, and leaves no descriptor open", () => {
    const before = openDescriptors();
    const file = new DirectFile(fd, new DirectMounts());
    expect(file.writeNow(memoryFor(100, 2 * MiB), 100, true)).toEqual({ kind: "written" });
    expectPattern(readFileSync(path), 100, 2 * MiB);
    if (process.platform === "linux" && onDisk()) expect(file.isDirect).toBe(true);
    file.close();
    file.close();
    expect(openDescriptors()).toBe(before);
  });

  test("writes memory that does not fit through the cache, and holds it against no file system", () => {
    const mounts = new DirectMounts();
    const file = new DirectFile(fd, mounts);
    const { isDirect } = file;
    const memory = alignedMemory(200_000).subarray(1, 100_001);
    memory.set(memoryFor(0, 100_000));
    expect(file.writeNow(memory, 0, true)).toEqual({ kind: "written" });
    expectPattern(readFileSync(path), 0, 100_000);
    expect(file.isDirect).toBe(isDirect);
    file.close();
  });

  test("writes through the cache if told to", () => {
    const before = openDescriptors();
    const file = new DirectFile(fd, new DirectMounts());
    expect(file.writeNow(memoryFor(0, 100_000), 0, false)).toEqual({ kind: "written" });
    expectPattern(readFileSync(path), 0, 100_000);
    // A second descriptor is not even opened for it.
    expect(openDescriptors()).toBe(before);
  });

  test.runIf(process.getuid?.() === 0).each(["ramfs", "tmpfs"])(
    "falls back on a file system without it, or without a use for it, and asks that one only once (%s)",
    (type) => {
      const disk = join(folder, "disk");
      mkdirSync(disk);
      execFileSync("mount", ["-t", type, type, disk]);
      try {
        const mounts = new DirectMounts();
        const there = openSync(join(disk, "file"), "w+");
        const file = new DirectFile(there, mounts);
        expect(file.isDirect).toBe(false);
        expect(mounts.refuses(statSync(disk).dev)).toBe(true);
        expect(mounts.refuses(statSync(folder).dev)).toBe(false);
        expect(file.writeNow(memoryFor(50, 100_000), 50, true)).toEqual({ kind: "written" });
        expectPattern(readFileSync(join(disk, "file")), 50, 100_050);
        closeSync(there);
      } finally {
        execFileSync("umount", [disk]);
      }
    },
  );

  test("tells how far a write came that failed, counted from its first byte", () => {
    const full = openSync("/dev/full", "w");
    const file = new DirectFile(full, new DirectMounts());
    const outcome: WriteOutcome = file.writeNow(memoryFor(100, 100_000), 100, true);
    expect(outcome).toMatchObject({ kind: "failed", written: 0, error: { code: "ENOSPC" } });
    file.close();
    closeSync(full);
  });
});

function onDisk(): boolean {
  const kind = execFileSync("stat", ["-f", "-c", "%T", tmpdir()], { encoding: "utf8" }).trim();
  return kind.startsWith("ext") || kind === "xfs" || kind === "btrfs";
}
