import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { systemClock } from "../job/clock.ts";
import type { Clock } from "../job/clock.ts";
import { RateLimit } from "./limit-rate.ts";
import { createBench } from "./testing/bench.ts";

const MB = 1_000_000;
const NEVER = new AbortController().signal;

/** Time that passes only by sleeping. */
class SleptClock implements Clock {
  at = 0;
  now(): number {
    return this.at;
  }
  async sleep(ms: number): Promise<void> {
    this.at += ms;
  }
}

test("no more than the rate goes through, over any longer time", async () => {
  const clock = new SleptClock();
  const limit = new RateLimit(() => 1000, clock);
  for (let sent = 0; sent < 100_000; sent += 100) await limit.spend(100, NEVER);
  expect(clock.at).toBeGreaterThan(99_000);
  expect(clock.at).toBeLessThan(101_000);
});

test("a limit that changes while bytes flow counts from then on, and a lifted one at once", async () => {
  const clock = new SleptClock();
  let rate: number | null = 1000;
  const limit = new RateLimit(() => rate, clock);
  for (let sent = 0; sent < 10_000; sent += 100) await limit.spend(100, NEVER);
  const before = clock.at;
  rate = 10_000;
  for (let sent = 0; sent < 10_000; sent += 100) await limit.spend(100, NEVER);
  expect(clock.at - before).toBeLessThan(1_500);
  rate = null;
  const lifted = clock.at;
  await limit.spend(1e9, NEVER);
  expect(clock.at).toBe(lifted);
});

test("one large piece is paid for in short sleeps, so that a lifted limit is felt soon", async () => {
  let rate: number | null = 10;
  const naps: number[] = [];
  const clock: Clock = {
    now: () => naps.reduce((sum, ms) => sum + ms, 0),
    sleep: async (ms) => {
      naps.push(ms);
      if (naps.length === 3) rate = null;
    },
  };
  await new RateLimit(() => rate, clock).spend(1000, NEVER);
  expect(naps.length).toBe(3);
  expect(Math.max(...naps)).toBeLessThanOrEqual(500);
});

test("two downloads share the limit for all in about equal parts", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 6 * MB }, "/b.bin": { size: 6 * MB } });
  await using bench = await createBench({ clock: systemClock, bytesPerSecond: () => 4 * MB });
  const done = { a: 0, b: 0 };
  const stop = new AbortController();
  const fetchOne = (name: "a" | "b"): Promise<unknown> =>
    bench.run(
      { url: `${origin.url}/${name}.bin` },
      {
        signal: stop.signal,
        progress: ({ bytesDone }) => {
          done[name] = bytesDone;
          if (done.a + done.b > 8 * MB) stop.abort();
        },
      },
    );
  const began = Date.now();
  await Promise.all([fetchOne("a"), fetchOne("b")]);
  const seconds = (Date.now() - began) / 1000;
  expect((done.a + done.b) / seconds).toBeLessThan(1.4 * 4 * MB);
  expect(Math.min(done.a, done.b) / Math.max(done.a, done.b)).toBeGreaterThan(0.6);
});
