import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

afterEach(() => {
  vi.useRealTimers();
});

test("the time is that of the system, in milliseconds", () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
});

test("sleep lasts as long as asked", async () => {
  const started = performance.now();
  await systemClock.sleep(50);
  // Timers may fire up to a millisecond early.
  expect(performance.now() - started).toBeGreaterThanOrEqual(49);
});

test("an abort wakes the sleeper at once and leaves no timer behind", async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const slept = systemClock.sleep(3_600_000, stop.signal);
  expect(vi.getTimerCount()).toBe(1);
  stop.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});

test("who is aborted already does not sleep at all", async () => {
  vi.useFakeTimers();
  await systemClock.sleep(3_600_000, AbortSignal.abort());
  expect(vi.getTimerCount()).toBe(0);
});

test("many sleeps under one signal leave no listeners behind", async () => {
  const { signal } = new AbortController();
  const added = vi.spyOn(signal, "addEventListener");
  const removed = vi.spyOn(signal, "removeEventListener");
  for (let round = 0; round < 20; round++) await systemClock.sleep(0, signal);
  expect(added).toHaveBeenCalledTimes(20);
  expect(removed).toHaveBeenCalledTimes(20);
});

test("a sleep longer than a timer can be set to does not end at once", async () => {
  vi.useFakeTimers();
  const fortyDays = 40 * 24 * 3_600_000;
  let awake = false;
  const slept = systemClock.sleep(fortyDays).then(() => {
    awake = true;
  });
  await vi.advanceTimersByTimeAsync(fortyDays - 1);
  expect(awake).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  await slept;
});

test("a long sleep can be aborted in its second stretch", async () => {
  vi.useFakeTimers();
  const stop = new AbortController();
  const slept = systemClock.sleep(40 * 24 * 3_600_000, stop.signal);
  await vi.advanceTimersByTimeAsync(30 * 24 * 3_600_000);
  stop.abort();
  await slept;
  expect(vi.getTimerCount()).toBe(0);
});
