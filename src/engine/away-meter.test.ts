import { expect, test } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import { initialProgress } from "../job/progress.ts";
import type { Progress } from "../job/progress.ts";
import { AwayMeter } from "./away-meter.ts";

test("who follows is told what moved on other machines, and nobody is asked as long as nobody follows", async () => {
  const clock = new FakeClock();
  let running: { id: string; progress: Progress }[] = [];
  let asked = 0;
  const store = {
    runningElsewhere: async (owner: string) => {
      expect(owner).toBe("main/1");
      asked += 1;
      return running;
    },
  };
  const at = (id: string, bytesDone: number) => ({ id, progress: { ...initialProgress(9), bytesDone } });
  const meter = new AwayMeter(store, clock, "main/1");
  running = [at("a", 1), at("b", 1)];
  expect(await meter.look()).toBe(false);
  expect(asked).toBe(0);

  const leave = meter.follow();
  expect(await meter.look()).toBe(true);
  const first = meter.movedSince(0);
  expect(first.jobs.map(({ id }) => id)).toEqual(["a", "b"]);
  expect(meter.movedSince(first.version).jobs).toEqual([]);

  running = [at("a", 1), at("b", 2)];
  expect(await meter.look()).toBe(true);
  expect(meter.movedSince(first.version).jobs).toEqual([running[1]]);
  // Those that ended are told of as jobs, and no more as what moves.
  running = [];
  expect(await meter.look()).toBe(false);
  expect(meter.movedSince(0).jobs).toEqual([]);
  leave();
  expect(await meter.look()).toBe(false);
  expect(asked).toBe(3);
});

test("hundreds who follow are given the very same list, and none where all that moved has ended", async () => {
  let running = [{ id: "a", progress: { ...initialProgress(9), bytesDone: 1 } }];
  const meter = new AwayMeter({ runningElsewhere: async () => running }, new FakeClock(), "main/1");
  meter.follow();
  await meter.look();
  // An event becomes bytes once for each list, not for each who is given it.
  expect(meter.movedSince(0)).toBe(meter.movedSince(0));
  running = [];
  await meter.look();
  expect(meter.movedSince(0).jobs).toEqual([]);
});

test("a clock that is set while it looks does not silence it for hours", async () => {
  const clock = new FakeClock();
  let asked = 0;
  const store = {
    runningElsewhere: async () => {
      asked += 1;
      if (asked === 1) await clock.advance(3_600_000, 3_600_000);
      return [];
    },
  };
  const meter = new AwayMeter(store, clock, "main/1");
  meter.follow();
  await meter.look();
  await meter.look();
  expect(asked).toBe(1);
  await clock.advance(60_000, 60_000);
  await meter.look();
  expect(asked).toBe(2);
});
