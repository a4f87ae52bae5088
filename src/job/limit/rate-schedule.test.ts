import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseRate, parseSize } from "./parse-size.ts";
import { parseSchedule } from "./rate-schedule.ts";

describe("sizes", () => {
  it.each([
    ["4096", 4096],
    ["20M", 20 * 1024 ** 2],
    ["20m", 20 * 1024 ** 2],
    ["1.5GiB", 1.5 * 1024 ** 3],
    ["500kB", 500_000],
    ["2 TB", 2e12],
    ["64Ki", 65_536],
    ["0", 0],
    ["7b", 7],
  ])("%j is %d bytes", (text, bytes) => {
    expect(parseSize(text)).toBe(bytes);
  });

  it.each([
    "",
    "M",
    "1.M",
    ".5M",
    "-1",
    "1e9",
    "1,5G",
    "20MM",
    "20X",
    "99999999TiB",
    "0x10",
    "1 0",
    "20 M B",
  ])("%j is none", (text) => {
    expect(parseSize(text)).toBeNull();
  });

  it("of rates may be followed by '/s' and are at least 1024", () => {
    expect(parseRate("20MB/s")).toBe(20_000_000);
    expect(parseRate("1K")).toBe(1024);
    expect(parseRate("1023")).toBeNull();
    expect(parseRate("0")).toBeNull();
  });
});

describe("a schedule", () => {
  it("is a rate for always", () => {
    expect(parseSchedule("20M")).toEqual({ windows: [], otherwise: 20 * 1024 ** 2 });
    expect(parseSchedule("none")).toEqual({ windows: [], otherwise: "none" });
  });

  it("has windows by day and hour, the first that fits first", () => {
    expect(parseSchedule("mon-fri 08:00-18:00=5M, 22:00-06:00=none, Sat+Sun 00:00-24:00=off, 1G")).toEqual({
      windows: [
        { days: [1, 2, 3, 4, 5], from: 480, to: 1080, limit: 5 * 1024 ** 2 },
        { days: [0, 1, 2, 3, 4, 5, 6], from: 1320, to: 360, limit: "none" },
        { days: [0, 6], from: 0, to: 1440, limit: "off" },
      ],
      otherwise: 1024 ** 3,
    });
  });

  it("without a last rate has no limit outside its windows", () => {
    expect(parseSchedule("08:00-18:00=5M")).toMatchObject({ otherwise: "none" });
  });

  it("may run over the end of the week", () => {
    expect(parseSchedule("fri-mon 01:00-02:00=5M")?.windows[0]?.days).toEqual([0, 1, 5, 6]);
  });

  it.each([
    "Mon-Fri 08:00-18:00 5M, off 23:00-06:00",
    "5M mon-fri 08:00-18:00, 23:00 - 06:00 = off",
    "mon-fri 08:00-18:00  5 M, off 23:00-06:00, none",
    "5 MiB/s mon-fri 08:00-18:00, off sun-sat 23:00-06:00",
  ])("may be written as one says it: %j", (text) => {
    expect(parseSchedule(text)).toEqual({
      windows: [
        { days: [1, 2, 3, 4, 5], from: 480, to: 1080, limit: 5 * 1024 ** 2 },
        { days: [0, 1, 2, 3, 4, 5, 6], from: 1380, to: 360, limit: "off" },
      ],
      otherwise: "none",
    });
  });

  it.each([
    "",
    ",",
    "mon-fri 08:00-18:00",
    "08:00-18:00",
    "off mon",
    "5M 08:00-18:00=6M",
    "5M 08:00-18:00 6M",
    "fast 08:00-18:00",
    "5M mo-fr 08:00-18:00",
    "mon 5M 08:00-18:00",
    "08:00-18:00 mon=5M",
    "5M,",
    "fast",
    "20M, 08:00-18:00=5M, 1M, 2M",
    "08:00-18:00=",
    "8:00-18:00=5M",
    "08:00-25:00=5M",
    "08:60-18:00=5M",
    "24:00-06:00=5M",
    "08:00-08:00=5M",
    "mo-fr 08:00-18:00=5M",
    "mon-wed-fri 08:00-18:00=5M",
    "mon- 08:00-18:00=5M",
    "mon-fri=5M",
    "08:00-18:00=5M=6M",
    "08:00-18:00=100",
    Array.from({ length: 100 }, () => "08:00-18:00=5M").join(","),
  ])("is not %j", (text) => {
    expect(parseSchedule(text)).toBeNull();
  });

  it("is read from any text without trouble", () => {
    const likely = fc.constantFrom("mon", "-", "+", "08:00", "24:00", "=", "5M", ",", " ", "none", "off");
    fc.assert(
      fc.property(fc.array(fc.oneof(likely, fc.string({ maxLength: 4 })), { maxLength: 12 }), (parts) => {
        const schedule = parseSchedule(parts.join(""));
        for (const { days, from, to } of schedule?.windows ?? []) {
          expect(days.length).toBeGreaterThan(0);
          expect(from).toBeLessThan(24 * 60);
          expect(to).toBeLessThanOrEqual(24 * 60);
          expect(from).not.toBe(to);
        }
      }),
    );
  });
});
