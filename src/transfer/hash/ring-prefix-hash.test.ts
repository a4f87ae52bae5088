import * as fc from "fast-check";
import { createHash, randomBytes } from "node:crypto";
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { setImmediate as nextTurn } from "node:timers/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { addRange } from "../part/byte-ranges.ts";
import type { ByteRange } from "../part/byte-ranges.ts";
import { SlotPool } from "../disk/slot-pool.ts";
import { HashRing } from "./hash-ring.ts";
import { RingPrefixHash } from "./ring-prefix-hash.ts";

let folder: string;
let fd: number;
const ring = new HashRing(new SlotPool({ slots: 4, slotBytes: 8192 }));

let written: readonly ByteRange[];

function newHash(descriptor = fd): RingPrefixHash {
  return new RingPrefixHash("sha256", ring.open("sha256"), descriptor, () => written);
}

beforeEach(() => {
  written = [];
  folder = mkdtempSync(join(tmpdir(), "haulyard-prefix-"));
  fd = openSync(join(folder, "file"), "w+");
});

afterEach(() => {
  closeSync(fd);
  rmSync(folder, { recursive: true, force: true });
});

/** A piece as a connection writes it: offered from a slot, then written. */
async function put(hash: RingPrefixHash, content: Buffer, [start, end]: ByteRange): Promise<boolean> {
  const slot = await ring.pool.next();
  slot.memory.set(content.subarray(start, end));
  const taken = hash.offer(start, slot, 0, end - start);
  writeSync(fd, slot.memory, 0, end - start, start);
  written = addRange(written, [start, end]);
  hash.wrote();
  ring.pool.release(slot);
  return taken;
}

test("the hash is right in whatever order the pieces come, after a resume too", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: 1, max: 8192 }), { minLength: 1, maxLength: 12 }),
      fc.array(fc.nat(), { minLength: 12, maxLength: 12 }),
      fc.nat({ max: 4 }),
      async (lengths, order, before) => {
        let end = 0;
        const pieces = lengths.map((length): ByteRange => [end, (end += length)]);
        const content = randomBytes(end);
        const shuffled = pieces.toSorted(([a], [b]) => (order[a % 12] ?? 0) - (order[b % 12] ?? 0));
        // Some pieces are in the file already, anywhere.
        const there = shuffled.splice(0, before);
        for (const [start, end] of there) writeSync(fd, content, start, end - start, start);
        written = there.reduce<ByteRange[]>(addRange, []);
        const hash = newHash();
        for (const piece of shuffled) await put(hash, content, piece);
        expect(hash.position).toBe(content.length);
        expect(await hash.digest()).toEqual({
          kind: "digest",
          hex: createHash("sha256").update(content).digest("hex"),
        });
        expect(hash.bytesHashed).toBe(content.length);
      },
    ),
    { numRuns: 80 },
  );
});

test("bytes in order are never read again from the file", async () => {
  const content = randomBytes(80_000);
  const hash = newHash(-1);
  // Without a descriptor to read from, only memory can have been hashed.
  for (let at = 0; at < content.length; at += 8000) await put(hash, content, [at, at + 8000]);
  expect(await hash.digest()).toEqual({
    kind: "digest",
    hex: createHash("sha256").update(content).digest("hex"),
  });
});

test("a prefix that takes long to read holds up nothing: what comes meanwhile is read after it", async () => {
  const before = randomBytes(40_000_000);
  writeSync(fd, before, 0, before.length, 0);
  written = [[0, before.length]];
  const hash = newHash();
  const after = randomBytes(80_000);
  const all = Buffer.concat([before, after]);
  const taken: boolean[] = [];
  for (let at = before.length; at < all.length; at += 8000) taken.push(await put(hash, all, [at, at + 8000]));
  // There are fewer slots than pieces: had the hash held them, this would have waited for the prefix.
  expect(taken).not.toContain(true);
  expect(hash.bytesHashed).toBeLessThan(before.length);
  const more = randomBytes(8000);
  const digest = createHash("sha256").update(all).update(more).digest("hex");
  while (hash.bytesHashed < all.length) await nextTurn();
  expect(await put(hash, Buffer.concat([all, more]), [all.length, all.length + more.length])).toBe(true);
  expect(await hash.digest()).toEqual({ kind: "digest", hex: digest });
  expect(await hash.digest()).toEqual({ kind: "digest", hex: digest });
});
