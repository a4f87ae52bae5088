import { expect, it } from "vitest";
import { AwakeClock } from "./awake-clock.ts";

function clockAt() {
  const machine = { awake: 1_000, slept: 0 };
  const clock = new AwakeClock({
    monotonic: () => machine.awake,
    // In whole seconds, as some systems tell it.
    uptime: () => Math.floor((machine.awake + machine.slept + 70_000) / 1000) * 1000,
  });
  return { machine, clock };
}

it("the time of the database goes on while this machine sleeps", () => {
  const { machine, clock } = clockAt();
  const before = clock.now();
  machine.awake += 500;
  machine.slept += 3_600_000;
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
  expect(clock.now() - before).toBeLessThan(3_602_000);
  machine.awake += 100;
  machine.slept += 60_000;
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_659_000);
});

it("and does not jump, nor go back, while it is awake", () => {
  const { machine, clock } = clockAt();
  machine.slept += 3_600_000;
  machine.awake += 100;
  let last = clock.now();
  for (let n = 0; n < 100; n += 1) {
    machine.awake += 77;
    expect(clock.now() - last).toBe(77);
    last = clock.now();
  }
});

it("runs as the real clock does on a machine that is awake", async () => {
  const clock = new AwakeClock();
  await new Promise((resolve) => setTimeout(resolve, 150));
  const before = performance.now();
  const now = clock.now();
  expect(now).toBeGreaterThanOrEqual(before);
  expect(now).toBeLessThanOrEqual(performance.now());
});
