import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { Schedule } from "./schedule.ts";
import type { ScheduleItem } from "./schedule.ts";

const of = (origin: string, queue: string | null = null): ScheduleItem => ({ origin, queue });
const many = (count: number, origin = "a"): ScheduleItem[] => Array.from({ length: count }, () => of(origin));
const LARGE = 2 ** 30;

function beginAll(schedule: Schedule): number[] {
  const begun: number[] = [];
  for (let index = schedule.next(); index !== null; index = schedule.next()) begun.push(index);
  return begun;
}

describe("files of one origin", () => {
  it("begin with four, and as they turn out small there are sixteen at once", () => {
    const schedule = new Schedule(many(100), null);
    const atWork = beginAll(schedule);
    expect(atWork).toEqual([0, 1, 2, 3]);
    for (let nth = 0; nth < 20; nth++) {
      schedule.ended(atWork.shift() as number);
      atWork.push(...beginAll(schedule));
    }
    expect(atWork).toHaveLength(16);
  });

  it("that are large stay at four at once, and another begins as soon as one has ended", () => {
    const schedule = new Schedule(many(100), null);
    const atWork = beginAll(schedule);
    for (let nth = 0; nth < 50; nth++) {
      for (const index of atWork) schedule.sized(index, LARGE);
      schedule.ended(atWork.shift() as number);
      const begun = beginAll(schedule);
      expect(begun).toHaveLength(1);
      atWork.push(...begun);
    }
  });

  it("that are small go on beside three large ones", () => {
    const schedule = new Schedule(many(200), null);
    const atWork = beginAll(schedule);
    for (const index of atWork.slice(0, 3)) schedule.sized(index, LARGE);
    for (let nth = 0; nth < 100; nth++) {
      schedule.ended(atWork.pop() as number);
      atWork.push(...beginAll(schedule));
      expect(atWork.length).toBeGreaterThan(3);
    }
    expect(atWork.length).toBeGreaterThanOrEqual(6);
    expect(atWork.length).toBeLessThanOrEqual(8);
  });

  it("are as many at once as one says, whatever they are", () => {
    const schedule = new Schedule(many(100), 30);
    const atWork = beginAll(schedule);
    expect(atWork).toHaveLength(30);
    for (const index of atWork) schedule.sized(index, LARGE);
    schedule.ended(0);
    expect(beginAll(schedule)).toEqual([30]);
  });
});

describe("files of several origins", () => {
  it("do not wait for each other", () => {
    const schedule = new Schedule([...many(50, "slow"), ...many(2, "quick")], null);
    expect(beginAll(schedule)).toEqual([0, 1, 2, 3, 50, 51]);
  });

  it("are no more than 48 at once", () => {
    const schedule = new Schedule(
      Array.from({ length: 100 }, (_, nth) => of(`origin ${nth}`)),
      null,
    );
    expect(beginAll(schedule)).toHaveLength(48);
  });
});

describe("files that may be the same one", () => {
  it("come one after the other, in the order of the list, and the others do not wait for them", () => {
    const schedule = new Schedule([of("a", "x"), of("b", "x"), of("a", "y"), of("a", "x")], null);
    expect(beginAll(schedule)).toEqual([0, 2]);
    schedule.ended(2);
    expect(beginAll(schedule)).toEqual([]);
    schedule.ended(0);
    expect(beginAll(schedule)).toEqual([1]);
    schedule.ended(1);
    expect(beginAll(schedule)).toEqual([3]);
  });
});

it("every file is begun exactly once, no queue has two at work, and it always goes on", () => {
  const item = fc.record({
    origin: fc.constantFrom("a", "b", "c"),
    queue: fc.option(fc.constantFrom("x", "y", "z")),
    large: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.array(item, { maxLength: 60 }),
      fc.option(fc.integer({ min: 1, max: 5 })),
      fc.infiniteStream(fc.nat()),
      (items, jobs, picks) => {
        const schedule = new Schedule(items, jobs);
        const seen = new Set<number>();
        const atWork: number[] = [];
        for (;;) {
          for (const index of beginAll(schedule)) {
            expect(seen.has(index)).toBe(false);
            seen.add(index);
            atWork.push(index);
            schedule.sized(index, items[index]?.large === true ? LARGE : 1000);
          }
          const queues = atWork.flatMap((index) => items[index]?.queue ?? []);
          expect(new Set(queues).size).toBe(queues.length);
          if (jobs !== null) expect(atWork.length).toBeLessThanOrEqual(jobs);
          if (atWork.length === 0) break;
          const [ended = 0] = atWork.splice((picks.next().value as number) % atWork.length, 1);
          schedule.ended(ended);
        }
        expect(seen.size).toBe(items.length);
      },
    ),
  );
});
