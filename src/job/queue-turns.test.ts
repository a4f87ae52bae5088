import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PATIENCE_MS, QueueTurns, TURNS_PER_ROUND } from "./queue-turns.ts";

interface Waiting {
  priority: number;
  since: number;
}

/** What the queue does with the rule: the longest wait on its turn, else the highest priority, then the oldest. */
function takeNext(queue: Waiting[], turns: QueueTurns, now: number): Waiting | undefined {
  const oldest = queue.toSorted((a, b) => a.since - b.since)[0];
  const first = queue.toSorted((a, b) => b.priority - a.priority || a.since - b.since)[0];
  const isDue = oldest !== undefined && oldest.since <= now - PATIENCE_MS && turns.isForLongest("lane");
  const taken = isDue ? oldest : first;
  if (taken !== undefined) turns.took("lane");
  queue.splice(queue.indexOf(taken as Waiting), taken === undefined ? 0 : 1);
  return taken;
}

describe("turns of a queue", () => {
  it("let a job of low priority run in bounded time, whatever is added above it", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -1000, max: 999 }), { maxLength: 10 }),
        fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
        fc.integer({ min: 1, max: 3_600_000 }),
        (before, arrivals, stepMs) => {
          const turns = new QueueTurns();
          const low: Waiting = { priority: -1000, since: before.length };
          const queue = [...before.map((priority, at) => ({ priority, since: at })), low];
          let now = low.since;
          // Until its patience is over it need not run; from then on the bound counts.
          const bound = TURNS_PER_ROUND * (before.length + 1);
          for (let over = 0; over <= bound;) {
            now += stepMs;
            for (let n = 1 + (arrivals.next().value ?? 0); n > 0; n -= 1)
              queue.push({ priority: 1000, since: now });
            if (takeNext(queue, turns, now) === low) return;
            if (now - low.since >= PATIENCE_MS) over += 1;
            // Hours of small steps say no more than a few.
            else now = Math.max(now, low.since + PATIENCE_MS - 10 * stepMs);
          }
          throw new Error(`not within ${bound} turns`);
        },
      ),
    );
  });

  it("leave three of four to priorities, in each lane by itself", () => {
    const turns = new QueueTurns();
    const seen: boolean[] = [];
    for (let turn = 0; turn < 8; turn += 1) {
      seen.push(turns.isForLongest("a"));
      turns.took("a");
    }
    expect(seen).toEqual([false, false, false, true, false, false, false, true]);
    expect(turns.isForLongest("b")).toBe(false);
  });
});
