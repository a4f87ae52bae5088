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
