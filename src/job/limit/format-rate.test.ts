import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatRate, formatSchedule } from "./format-rate.ts";
import { parseRate } from "./parse-size.ts";
import { parseSchedule } from "./rate-schedule.ts";
import type { RateSchedule } from "./rate-schedule.ts";

const MiB = 1024 ** 2;

describe("a rate", () => {
  it.each([
    [1024, "1 KiB/s"],
    [1500, "1.5 kB/s"],
    [5 * MiB, "5 MiB/s"],
    [1.5 * MiB, "1.5 MiB/s"],
    [20_000_000, "20 MB/s"],
    [512_000, "500 KiB/s"],
    [500_000, "500 kB/s"],
    [1_024_000, "1000 KiB/s"],
    [10_000_000_000, "10 GB/s"],
    [5 * MiB + 1, "5242881 B/s"],
    [1 << 30, "1 GiB/s"],
    [2 ** 50, "1024 TiB/s"],
  ])("of %d is told as %s", (rate, text) => {
    expect(formatRate(rate)).toBe(text);
  });

  it("reads back as the very same", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1024, max: 1e15 - 1 }), (rate) => {
        expect(parseRate(formatRate(rate))).toBe(rate);
      }),
    );
  });
});

describe("a schedule", () => {
  it.each([
    ["20m", "20MiB"],
    ["NONE", "none"],
    ["off", "off"],
    ["Mon-Fri 08:00-18:00 5M, off 23:00-06:00", "mon-fri 08:00-18:00=5MiB, 23:00-06:00=off"],
    ["sun+sat 00:00-24:00=off, 500kB/s", "sat+sun 00:00-24:00=off, 500kB"],
    ["fri-mon+wed 01:00-02:00=1G, none", "mon+wed+fri-sun 01:00-02:00=1GiB"],
    ["tue+mon 01:00-02:00=none, off", "mon+tue 01:00-02:00=none, off"],
  ])("%j is written as %j", (text, canonical) => {
    const schedule = parseSchedule(text) as RateSchedule;
    expect(formatSchedule(schedule)).toBe(canonical);
    expect(parseSchedule(canonical)).toEqual(schedule);
  });

  it("reads back as the very same", () => {
    const limits = fc.oneof(fc.integer({ min: 1024, max: 1e12 }), fc.constantFrom("none", "off"));
    const windows = fc
      .record({
        days: fc.uniqueArray(fc.integer({ min: 0, max: 6 }), { minLength: 1 }),
        from: fc.integer({ min: 0, max: 1439 }),
        to: fc.integer({ min: 0, max: 1440 }),
        limit: limits,
      })
      .filter(({ from, to }) => from !== to)
      .map((window) => ({ ...window, days: window.days.toSorted((one, two) => one - two) }));
    const schedules = fc.record({ windows: fc.array(windows, { maxLength: 5 }), otherwise: limits });
    fc.assert(
      fc.property(schedules as fc.Arbitrary<RateSchedule>, (schedule) => {
        expect(parseSchedule(formatSchedule(schedule))).toEqual(schedule);
      }),
    );
  });
});
