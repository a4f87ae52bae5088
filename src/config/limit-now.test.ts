import { describe, expect, it } from "vitest";
import { limitAt } from "./limit-now.ts";
import { parseSchedule } from "./rate-schedule.ts";

const MiB = 1024 * 1024;
/** 2026-01-05 is a Monday. */
const at = (day: number, time: string): Date => new Date(`2026-01-0${day}T${time}:00`);
const limit = (text: string, moment: Date): unknown => {
  const schedule = parseSchedule(text);
  if (schedule === null) throw new Error(`not a schedule: ${text}`);
  return limitAt(schedule, moment);
};

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

  it("takes the first window that fits, and no limit where none does and none is given", () => {
    expect(limit("08:00-12:00=1M, 08:00-18:00=2M", at(6, "09:00"))).toBe(MiB);
    expect(limit("08:00-12:00=1M, 08:00-18:00=2M", at(6, "13:00"))).toBe(2 * MiB);
    expect(limit("08:00-12:00=1M", at(6, "13:00"))).toBe("none");
  });
});
