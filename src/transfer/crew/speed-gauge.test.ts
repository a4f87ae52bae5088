import { expect, test } from "vitest";
import type { Claim } from "./claims.ts";
import { Claims } from "./claims.ts";
import { SpeedGauge } from "./speed-gauge.ts";

const MB = 1_000_000;
const TICK_MS = 50;

/** Lets claims move at their speeds; answers the moments at which one was found to be too slow. */
function run(gauge: SpeedGauge, moving: readonly [Claim, number][], from: number, seconds: number): number[] {
  const found: number[] = [];
  for (let now = from + TICK_MS; now <= from + seconds * 1000; now += TICK_MS) {
    for (const [claim, bytesPerSecond] of moving) claim.position += (bytesPerSecond * TICK_MS) / 1000;
    gauge.measure(now);
    if (gauge.stragglers(now).length > 0) found.push(now - from);
  }
  return found;
}

test("the last connection at work is left when it is far slower than others were, once", () => {
  const claims = new Claims(1e9, () => []);
  const gauge = new SpeedGauge(claims, 0);
  const [quick, slow] = [claims.add(0, 4e8, false), claims.add(5e8, 1e9, false)];
  expect(
    run(
      gauge,
      [
        [quick, 2 * MB],
        [slow, 0.002 * MB],
      ],
      0,
      3,
    ),
  ).toEqual([]);
  gauge.finish(quick);
  claims.release(quick);
  const [first, ...more] = run(gauge, [[slow, 0.002 * MB]], 3_000, 60);
  expect(first).toBeLessThan(5_000);
  // What is as slow after that is as quick as it gets.
  expect(more).toEqual([]);
});

test("a connection is left that was quick itself and is far slower now", () => {
  const claims = new Claims(1e9, () => []);
  const gauge = new SpeedGauge(claims, 0);
  const only = claims.add(0, 1e9, false);
  expect(run(gauge, [[only, 8 * MB]], 0, 5)).toEqual([]);
  expect(run(gauge, [[only, 0.1 * MB]], 5_000, 30)).toHaveLength(1);
});

test("connections that differ less than that are all kept", () => {
  const claims = new Claims(1e9, () => []);
  const gauge = new SpeedGauge(claims, 0);
  const [quick, slower] = [claims.add(0, 4e8, false), claims.add(5e8, 1e9, false)];
  expect(
    run(
      gauge,
      [
        [quick, 8 * MB],
        [slower, 2 * MB],
      ],
      0,
      40,
    ),
  ).toEqual([]);
});
