import { setImmediate as turn } from "node:timers/promises";
import { expect, test } from "vitest";
import { OneAtATime } from "./one-at-a-time.ts";

test("whoever asks has it done after that, at whatever moment of the work before", async () => {
  // As many steps as the work has, and some more: in one of them it has just looked for the last time.
  for (let steps = 0; steps < 20; steps += 1) {
    let wanted = 0;
    let done = 0;
    const work = new OneAtATime(async () => {
      await Promise.resolve();
      done = wanted;
      await Promise.resolve();
    });
    void work.ask();
    for (let step = 0; step < steps; step += 1) await Promise.resolve();
    wanted = 1;
    void work.ask();
    await turn();
    expect({ steps, done }).toEqual({ steps, done: 1 });
  }
});

test("it is never done twice at once, and its rest comes after all of it", async () => {
  let atOnce = 0;
  let most = 0;
  let times = 0;
  const work = new OneAtATime(async () => {
    most = Math.max(most, (atOnce += 1));
    await turn();
    atOnce -= 1;
    times += 1;
  });
  void work.ask();
  await turn();
  await Promise.all([work.ask(), work.ask(), work.ask()]);
  await work.rest();
  expect({ most, atOnce, times }).toEqual({ most: 1, atOnce: 0, times: 2 });
});
