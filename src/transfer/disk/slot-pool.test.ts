import { describe, expect, test } from "vitest";
import { SlotPool } from "./slot-pool.ts";
import type { Slot } from "./slot-pool.ts";

describe("a pool of slots", () => {
  test("lends each slot to one at a time, and no two overlap", () => {
    const pool = new SlotPool({ slots: 3, slotBytes: 8192 }, false);
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
    const pool = new SlotPool({ slots: 1, slotBytes: 4096 }, false);
    const slot = pool.acquire() as Slot;
    pool.hold(slot);
    pool.release(slot);
    expect(pool.free).toBe(0);
    pool.release(slot);
    expect(pool.free).toBe(1);
    expect(() => pool.release(slot)).toThrow("held by nobody");
    expect(() => pool.hold(slot)).toThrow("held by nobody");
  });

  test("wakes everybody who waits, each time", async () => {
    const pool = new SlotPool({ slots: 1, slotBytes: 4096 }, false);
    await pool.whenFree();
    const woken: number[] = [];
    for (let round = 0; round < 3; round++) {
      const slot = pool.acquire() as Slot;
      const waits = [1, 2].map(async (one) => {
        await pool.whenFree();
        woken.push(one);
      });
      expect(woken).toHaveLength(2 * round);
      pool.release(slot);
      await Promise.all(waits);
    }
    expect(woken).toEqual([1, 2, 1, 2, 1, 2]);
  });

  test("lends what was used last: memory that was never needed is never touched", () => {
    const pool = new SlotPool({ slots: 64, slotBytes: 1024 * 1024 }, true);
    const before = process.memoryUsage.rss();
    for (let round = 0; round < 1000; round++) {
      const slot = pool.acquire() as Slot;
      slot.memory[round * 100] = 1;
      pool.release(slot);
    }
    expect(process.memoryUsage.rss() - before).toBeLessThan(16 * 1024 * 1024);
  });

  test("is shared memory if asked for, and not if not", () => {
    expect(new SlotPool({ slots: 1, slotBytes: 4096 }, true).memory.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(new SlotPool({ slots: 1, slotBytes: 4096 }, false).memory.buffer).toBeInstanceOf(ArrayBuffer);
  });

  test("refuses slots that would not begin on a page", () => {
    expect(() => new SlotPool({ slots: 2, slotBytes: 5000 }, false)).toThrow("no multiple of 4096");
  });
});
