import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { SlotPool, SlotShare } from "./slot-pool.ts";
import type { Slot } from "./slot-pool.ts";

describe("a pool of slots", () => {
  test("lends each slot to one at a time, and no two overlap", () => {
    const pool = new SlotPool({ slots: 3, slotBytes: 8192 });
    const slots = [pool.acquire(), pool.acquire(), pool.acquire()] as Slot[];
    expect(pool.acquire()).toBeNull();
    for (const [index, slot] of slots.entries()) slot.memory.fill(index + 1);
    expect(slots.map((slot) => slot.memory.every((byte) => byte === slot.memory[0]))).toEqual([
      true,
      true,
      true,
    ]);
    expect(slots.map((slot) => pool.memory[slot.offset])).toEqual([1, 2, 3]);
    expect(slots.map((slot) => slot.memory.byteOffset % 4096)).toEqual([0, 0, 0]);
    expect(slots.map((slot) => slot.memory.length)).toEqual([8192, 8192, 8192]);
  });

  test("has a slot back when the last one who holds it lets go, not before", () => {
    const pool = new SlotPool({ slots: 1, slotBytes: 4096 });
    const slot = pool.acquire() as Slot;
    pool.hold(slot);
    pool.release(slot);
    expect(pool.free).toBe(0);
    pool.release(slot);
    expect(pool.free).toBe(1);
    expect(() => pool.release(slot)).toThrow("held by nobody");
    expect(() => pool.hold(slot)).toThrow("held by nobody");
  });

  test("gives a slot that comes back to whoever has waited longest", async () => {
    const pool = new SlotPool({ slots: 1, slotBytes: 4096 });
    const first = await pool.next();
    const served: number[] = [];
    const waits = [1, 2, 3].map(async (one) => {
      const slot = await pool.next();
      served.push(one);
      return slot;
    });
    pool.release(first);
    // It is promised: whoever comes now finds nothing.
    expect(pool.acquire()).toBeNull();
    for (const wait of waits) pool.release(await wait);
    expect(served).toEqual([1, 2, 3]);
    expect(pool.free).toBe(1);
  });

  test("gives several at once, to one after the other, however many small wishes come in between", async () => {
    const pool = new SlotPool({ slots: 3, slotBytes: 4096 });
    const one = await pool.next();
    const many = pool.take(3);
    const later = pool.next();
    expect([pool.free, pool.has(), pool.acquire()]).toEqual([2, false, null]);
    pool.release(one);
    for (const slot of await many) pool.release(slot);
    pool.release(await later);
    expect(pool.free).toBe(3);
    expect(() => pool.take(4)).toThrow("4 slots of 3");
  });

  test("lends what was used last: memory that was never needed is never touched", () => {
    const pool = new SlotPool({ slots: 64, slotBytes: 1024 * 1024 });
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 1000; round++) {
      const slot = pool.acquire() as Slot;
      slot.memory[round * 100] = 1;
      pool.release(slot);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(16 * 1024 * 1024);
  });

  test("is memory that a worker can see", () => {
    expect(new SlotPool({ slots: 1, slotBytes: 4096 }).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test("refuses slots that would not begin on a page", () => {
    expect(() => new SlotPool({ slots: 2, slotBytes: 5000 })).toThrow("no multiple of 4096");
  });
});

describe("a share of a pool", () => {
  test("is one slot for each connection and some more, whatever else is free", async () => {
    const pool = new SlotPool({ slots: 10, slotBytes: 4096 });
    const share = new SlotShare(pool, 2);
    share.join();
    const slots = Array.from({ length: 3 }, () => pool.acquire(share) as Slot);
    expect(slots).not.toContain(null);
    expect(pool.acquire(share)).toBeNull();
    const other = new SlotShare(pool, 2);
    other.join();
    expect(pool.acquire(other)).not.toBeNull();
    let served = false;
    const wait = pool.next(share).then((slot) => {
      served = true;
      return slot;
    });
    await Promise.resolve();
    expect(served).toBe(false);
    pool.release(slots[1] as Slot);
    pool.release(await wait);
    expect(share.held).toBe(2);
  });

  test("grows with the connections: one that joins lets whoever waits go on", async () => {
    const pool = new SlotPool({ slots: 10, slotBytes: 4096 });
    const share = new SlotShare(pool, 0);
    share.join();
    await pool.next(share);
    const wait = pool.next(share);
    share.join();
    const slot = await wait;
    expect(share.held).toBe(2);
    share.leave();
    pool.release(slot);
    expect(share.allows(1)).toBe(false);
  });

  test("does not let a file that has to wait for its own slots hold up others", async () => {
    const pool = new SlotPool({ slots: 3, slotBytes: 4096 });
    const slow = new SlotShare(pool, 1);
    const held = await pool.next(slow);
    const wait = pool.next(slow);
    expect(pool.acquire()).not.toBeNull();
    pool.release(held);
    expect(await wait).toBe(held);
  });
});

describe("large slots", () => {
  const SIZE = { slots: 8, slotBytes: 4096, large: 4 };

  test("are for files with few connections, as long as there are any", async () => {
    const pool = new SlotPool(SIZE);
    const few = new SlotShare(pool, 100, 2);
    few.join();
    const first = await pool.next(few);
    expect([first.memory.length, first.offset, few.held, pool.free]).toEqual([16_384, 0, 4, 4]);
    // One small one is enough, and there is no large one left.
    const small = await pool.next();
    expect([small.memory.length, pool.free]).toEqual([4096, 3]);
    const second = await pool.next(few);
    expect([second.memory.length, few.held]).toEqual([4096, 5]);
    pool.release(second);
    pool.release(small);
    const third = await pool.next(few);
    expect(third.memory.length).toBe(16_384);
    few.join();
    few.join();
    pool.release(third);
    expect((await pool.next(few)).memory.length).toBe(4096);
  });

  test("are cut up and put together again without any two that overlap, and none is lost", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ large: fc.boolean(), drop: fc.option(fc.nat(), { nil: null }) }), {
          minLength: 1,
          maxLength: 60,
        }),
        async (steps) => {
          const pool = new SlotPool({ slots: 12, slotBytes: 4096, large: 4 });
          const shares = [new SlotShare(pool, 100, 1), new SlotShare(pool, 100, 0)];
          for (const share of shares) share.join();
          const out: Slot[] = [];
          for (const { large, drop } of steps) {
            const slot = drop === null || out.length === 0 ? pool.acquire(shares[large ? 0 : 1]) : null;
            if (slot !== null) out.push(slot);
            else if (out.length > 0) pool.release(out.splice((drop ?? 0) % out.length, 1)[0] as Slot);
            const places = out.map(({ offset, memory }) => [offset, offset + memory.length] as const);
            places.sort(([a], [b]) => a - b);
            for (const [index, [start]] of places.entries())
              if (start < (places[index - 1]?.[1] ?? 0)) throw new Error("two overlap");
            const bytes = out.reduce((sum, { memory }) => sum + memory.length, 0);
            expect(pool.free * 4096 + bytes).toBe(12 * 4096);
            expect(shares.reduce((sum, { held }) => sum + held, 0) * 4096).toBe(bytes);
          }
          for (const slot of out) pool.release(slot);
          const all = await Promise.all([1, 2, 3].map(() => pool.next(shares[0])));
          expect(all.map(({ memory }) => memory.length)).toEqual([16_384, 16_384, 16_384]);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("are not waited for where a small one is free", async () => {
    const pool = new SlotPool(SIZE);
    const share = new SlotShare(pool, 100, 1);
    share.join();
    const [one, two] = [await pool.next(share), await pool.next(share)];
    const wait = pool.next(share);
    const several = pool.take(3);
    pool.release(one);
    expect((await wait).memory.length).toBe(16_384);
    pool.release(two);
    expect((await several).map(({ memory }) => memory.length)).toEqual([4096, 4096, 4096]);
  });
});
