import { afterEach, describe, expect, it } from "vitest";
import { limitAt, nextChange } from "./limit-at.ts";
import { parseSchedule } from "./rate-schedule.ts";

const MiB = 1024 * 1024;
/** 2026-01-05 is a Monday. */
const at = (day: number, time: string): Date => new Date(`2026-01-0${day}T${time}:00`);
const schedule = (text: string): NonNullable<ReturnType<typeof parseSchedule>> => {
  const found = parseSchedule(text);
  if (found === null) throw new Error(`not a schedule: ${text}`);
  return found;
};
const limit = (text: string, moment: Date): unknown => limitAt(schedule(text), moment).limit;
const change = (text: string, moment: Date): Date | null => nextChange(schedule(text), moment);

describe("a limit by day and hour", () => {
  it("is the one rate at all times where no window is given", () => {
    expect(limit("20M", at(5, "03:00"))).toBe(20 * MiB);
  });

  it("begins with the first minute of a window and ends with its last", () => {
    const text = "mon-fri 08:00-18:00=5M, 20M";
    expect(limit(text, at(5, "07:59"))).toBe(20 * MiB);
    expect(limit(text, at(5, "08:00"))).toBe(5 * MiB);
    expect(limit(text, at(9, "17:59"))).toBe(5 * MiB);
    expect(limit(text, at(9, "18:00"))).toBe(20 * MiB);
    expect(limit(text, at(4, "12:00"))).toBe(20 * MiB);
  });

  it("goes on after midnight on the morning after its day, not before its day", () => {
    const text = "fri 22:00-06:00=none, 1M";
    expect(limit(text, at(9, "23:00"))).toBe("none");
    expect(limit(text, at(9, "05:00"))).toBe(MiB);
    expect(limit("sun 22:00-06:00=off, 1M", at(5, "05:59"))).toBe("off");
    expect(limit("sun 22:00-06:00=off, 1M", at(5, "06:00"))).toBe(MiB);
  });

  it("passes from one window to the next without a gap", () => {
    const text = "08:00-12:00=1M, 12:00-18:00=2M, 18:00-08:00=3M, off";
    expect(
      ["07:59", "08:00", "11:59", "12:00", "17:59", "18:00", "00:00"].map((time) => limit(text, at(6, time))),
    ).toEqual([3, 1, 1, 2, 2, 3, 3].map((rate) => rate * MiB));
  });

  it("may be a window of whole days, and of a night that ends at midnight", () => {
    expect(limit("sat+sun 00:00-24:00=off, 1M", at(3, "00:00"))).toBe("off");
    expect(limit("sat+sun 00:00-24:00=off, 1M", at(4, "23:59"))).toBe("off");
    expect(limit("sat+sun 00:00-24:00=off, 1M", at(5, "00:00"))).toBe(MiB);
    expect(limit("mon 22:00-00:00=2M, 1M", at(5, "23:59"))).toBe(2 * MiB);
    expect(limit("mon 22:00-00:00=2M, 1M", at(6, "00:00"))).toBe(MiB);
  });

  it("takes the first window that fits, and no limit where none does and none is given", () => {
    expect(limit("08:00-12:00=1M, 08:00-18:00=2M", at(6, "09:00"))).toBe(MiB);
    expect(limit("08:00-12:00=1M, 08:00-18:00=2M", at(6, "13:00"))).toBe(2 * MiB);
    expect(limit("08:00-12:00=1M", at(6, "13:00"))).toBe("none");
  });
});

describe("the next change of a limit", () => {
  it("is the end of the window that holds, else the beginning of the next one", () => {
    const text = "mon-fri 08:00-18:00=5M, 20M";
    expect(change(text, at(5, "03:00"))).toEqual(at(5, "08:00"));
    expect(change(text, at(5, "08:00"))).toEqual(at(5, "18:00"));
    expect(change(text, at(5, "18:00"))).toEqual(at(6, "08:00"));
    expect(change(text, new Date(at(5, "07:59").getTime() + 59_999))).toEqual(at(5, "08:00"));
    expect(change(text, at(9, "18:00"))).toEqual(new Date("2026-01-12T08:00:00"));
  });

  it("passes over edges at which nothing changes", () => {
    expect(change("08:00-12:00=1M, 12:00-18:00=1M, 2M", at(5, "09:00"))).toEqual(at(5, "18:00"));
    expect(change("08:00-12:00=1M, 1M", at(5, "09:00"))).toBeNull();
    expect(change("00:00-12:00=1M, 12:00-24:00=1M", at(5, "09:00"))).toBeNull();
  });

  it("may be a week away, and there is none where no window is given", () => {
    expect(change("mon 08:00-08:01=1M", at(5, "08:01"))).toEqual(new Date("2026-01-12T08:00:00"));
    expect(change("20M", at(5, "08:01"))).toBeNull();
  });
});

describe("on the days on which the clock is changed", () => {
  const home = process.env["TZ"];
  afterEach(() => {
    if (home === undefined) delete process.env["TZ"];
    else process.env["TZ"] = home;
  });
  const utc = (text: string): Date => new Date(`${text}:00Z`);

  it("a window in the hour that is left out does not come, and one over it is an hour shorter", () => {
    process.env["TZ"] = "Europe/Berlin";
    // 2026-03-29, 02:00 becomes 03:00: 01:00 UTC.
    expect(limit("02:00-03:00=1M, 2M", utc("2026-03-29T00:59"))).toBe(2 * MiB);
    expect(limit("02:00-03:00=1M, 2M", utc("2026-03-29T01:00"))).toBe(2 * MiB);
    const text = "22:00-06:00=1M, 2M";
    expect(change(text, utc("2026-03-28T20:00"))).toEqual(utc("2026-03-28T21:00"));
    expect(change(text, utc("2026-03-28T21:00"))).toEqual(utc("2026-03-29T04:00"));
    expect(change("02:30-05:00=1M, 2M", utc("2026-03-29T00:00"))).toEqual(utc("2026-03-29T01:00"));
  });

  it("a window in the hour that comes twice holds twice, and one over it is an hour longer", () => {
    process.env["TZ"] = "Europe/Berlin";
    // 2026-10-25, 03:00 becomes 02:00: 01:00 UTC.
    const twice = "02:00-03:00=1M, 2M";
    const limits = ["23:59", "00:00", "00:59", "01:00", "01:59", "02:00"].map((time) =>
      limit(twice, utc(`2026-10-2${time === "23:59" ? 4 : 5}T${time}`)),
    );
    expect(limits).toEqual([2, 1, 1, 1, 1, 2].map((rate) => rate * MiB));
    expect(change(twice, utc("2026-10-25T00:00"))).toEqual(utc("2026-10-25T02:00"));
    const first = "02:00-02:30=off";
    expect(change(first, utc("2026-10-25T00:00"))).toEqual(utc("2026-10-25T00:30"));
    expect(change(first, utc("2026-10-25T00:30"))).toEqual(utc("2026-10-25T01:00"));
    expect(change(first, utc("2026-10-25T01:00"))).toEqual(utc("2026-10-25T01:30"));
    expect(change("22:00-06:00=1M, 2M", utc("2026-10-24T20:00"))).toEqual(utc("2026-10-25T05:00"));
  });

  it("clocks that are changed by half an hour are heeded, and zones that are not at full hours", () => {
    process.env["TZ"] = "Australia/Lord_Howe";
    // 2026-10-04, 02:00 becomes 02:30: 15:30 UTC of the day before.
    expect(change("02:15-04:00=1M, 2M", utc("2026-10-03T15:00"))).toEqual(utc("2026-10-03T15:30"));
    process.env["TZ"] = "Asia/Kathmandu";
    expect(limit("08:00-18:00=1M, 2M", utc("2026-01-05T02:14"))).toBe(2 * MiB);
    expect(change("08:00-18:00=1M, 2M", utc("2026-01-05T02:14"))).toEqual(utc("2026-01-05T02:15"));
  });

  it("the next change is the first minute at which another limit holds, in every zone", () => {
    const text = "sun 01:30-02:15=1M, 02:45-03:05=off, sat+sun 23:50-00:10=3M, 2M";
    const days = {
      "Europe/Berlin": ["2026-03-28T20:00", "2026-10-24T20:00"],
      "America/New_York": ["2026-03-08T03:00", "2026-11-01T03:00"],
      "Australia/Lord_Howe": ["2026-04-04T11:00", "2026-10-03T11:00"],
    };
    for (const [zone, begins] of Object.entries(days)) {
      process.env["TZ"] = zone;
      for (const begin of begins) {
        let from = utc(begin);
        for (let minute = 1; minute <= 12 * 60; minute++) {
          const moment = new Date(utc(begin).getTime() + minute * 60_000);
          if (limit(text, moment) === limit(text, from)) continue;
          expect(change(text, from), `${zone} ${from.toISOString()}`).toEqual(moment);
          from = moment;
        }
        expect(from).not.toEqual(utc(begin));
      }
    }
  });
});
