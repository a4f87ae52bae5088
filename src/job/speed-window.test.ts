import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { SpeedWindow } from "./speed-window.ts";

describe("the speed shown", () => {
  test("is the rate of a constant stream, however the samples come", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 10 ** 7 }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 200 }),
        (bytesPerMs, gaps) => {
          const window = new SpeedWindow();
          let now = 1_700_000_000_000;
          const start = now;
          window.add(0, now);
          for (const gap of gaps) {
            now += gap;
            window.add((now - start) * bytesPerMs, now);
          }
          const speed = window.bytesPerSecond(now);
          if (now - start >= 250) expect(speed).toBeCloseTo(bytesPerMs * 1_000, 0);
          else expect(speed).toBe(0);
        },
      ),
    );
  });

  test("is never negative and never infinite, whatever the bytes and the clock do", () => {
    const sample = fc.tuple(fc.nat(), fc.integer({ min: -100_000, max: 100_000 }));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), (samples) => {
        const window = new SpeedWindow();
        let now = 1_700_000_000_000;
        for (const [bytes, step] of samples) {
          now += step;
          window.add(bytes, now);
          const speed = window.bytesPerSecond(now);
          expect(speed).toBeGreaterThanOrEqual(0);
          expect(Number.isFinite(speed)).toBe(true);
        }
      }),
    );
  });

  test("follows a change within the window", () => {
    const window = new SpeedWindow();
    for (let at = 0; at <= 20_000; at += 500) window.add(at * 1_000, at);
    for (let at = 20_500; at <= 30_000; at += 500) window.add(20_000_000 + (at - 20_000) * 10, at);
    expect(window.bytesPerSecond(30_000)).toBeCloseTo(10_000, 0);
  });

  test("falls to 0 when no byte comes any more, reported or not", () => {
    const silent = new SpeedWindow();
    const reporting = new SpeedWindow();
    for (let at = 0; at <= 5_000; at += 500) for (const each of [silent, reporting]) each.add(at * 100, at);
    for (let at = 5_500; at <= 14_000; at += 500) reporting.add(500_000, at);
    expect(silent.bytesPerSecond(7_000)).toBeGreaterThan(0);
    expect(silent.bytesPerSecond(13_000)).toBe(0);
    expect(reporting.bytesPerSecond(14_000)).toBe(0);
  });

  test("begins anew after a fresh start", () => {
    const window = new SpeedWindow();
    window.add(0, 0);
    window.add(10 ** 9, 1_000);
    window.add(0, 1_500);
    window.add(1_000, 2_500);
    expect(window.bytesPerSecond(2_500)).toBeCloseTo(1_000, 0);
  });

  test("recovers at once when the clock is set back", () => {
    const window = new SpeedWindow();
    const hour = 3_600_000;
    for (let at = 0; at <= 4_000; at += 500) window.add(at * 100, hour + at);
    for (let at = 0; at <= 1_000; at += 500) window.add(400_000 + at * 100, at);
    expect(window.bytesPerSecond(1_000)).toBeCloseTo(100_000, 0);
  });

  test("is 0 before there is anything to tell from", () => {
    const window = new SpeedWindow();
    expect(window.bytesPerSecond(0)).toBe(0);
    window.add(10 ** 9, 0);
    expect(window.bytesPerSecond(0)).toBe(0);
    expect(window.bytesPerSecond(5_000)).toBe(0);
  });
});

test("a million samples in one second take no more memory and time than a few", () =>
  expectQuick(8_000, () => {
    const window = new SpeedWindow();
    for (let sample = 0; sample < 1_000_000; sample++) window.add(sample, sample / 1_000);
    expect(window.bytesPerSecond(1_000)).toBeCloseTo(1_000_000, -3);
    expect(window.length).toBeLessThanOrEqual(66);
  }));

test("a day of samples keeps those of the window only", () => {
  const window = new SpeedWindow();
  for (let at = 0; at < 86_400_000; at += 500) {
    window.add(at, at);
    expect(window.length).toBeLessThanOrEqual(66);
  }
});
