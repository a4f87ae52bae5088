import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Turns } from "./take-turns.ts";

const never = new AbortController().signal;

describe("turns", () => {
  test("are never held by more than the limit, and everybody gets one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 4 }),
        fc.array(fc.nat({ max: 3 }), { maxLength: 20 }),
        async (limit, times) => {
          const turns = new Turns(limit);
          let held = 0;
          let most = 0;
          const work = async (time: number): Promise<void> => {
            const release = await turns.take(never);
            held += 1;
            most = Math.max(most, held);
            await sleep(time);
            held -= 1;
            release?.();
            release?.();
          };
          await Promise.all(times.map(work));
          expect(most).toBe(Math.min(limit, times.length));
        },
      ),
      { numRuns: 20 },
    );
  });

  test("are given in the order in which they were asked for", async () => {
    const turns = new Turns(1);
    const first = await turns.take(never);
    const order: number[] = [];
    const waiting = [1, 2, 3].map(async (nth) => {
      const release = await turns.take(never);
      order.push(nth);
      release?.();
    });
    first?.();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2, 3]);
  });

  test("are not waited for by who was told to stop, and are not lost with them", async () => {
    const turns = new Turns(1);
    const first = await turns.take(never);
    const stop = new AbortController();
    const second = turns.take(stop.signal);
    const third = turns.take(never);
    stop.abort();
    expect(await second).toBeNull();
    first?.();
    expect(await third).not.toBeNull();
    expect(await new Turns(1).take(stop.signal)).toBeNull();
  });
});
