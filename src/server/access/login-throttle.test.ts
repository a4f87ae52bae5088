import { describe, expect, it } from "vitest";
import { LoginThrottle } from "./login-throttle.ts";

const MINUTE = 60_000;

function throttleAt(now = 0) {
  const time = { now };
  return { time, throttle: new LoginThrottle({ now: () => time.now }) };
}

function fail(throttle: LoginThrottle, account: string, group: string, times: number): void {
  for (let n = 0; n < times; n += 1) throttle.tried(account, group);
}

describe("wrong passwords", () => {
  it("make an address wait, longer each time, and never longer than a quarter of an hour", () => {
    const { throttle, time } = throttleAt();
    fail(throttle, "a", "x", 9);
    expect(throttle.waitOf("a", "x")).toBe(0);
    const waits: number[] = [];
    for (let n = 0; n < 12; n += 1) {
      throttle.tried(`account-${n}`, "x");
      const wait = throttle.waitOf("a", "x");
      waits.push(wait);
      time.now += wait;
      expect(throttle.waitOf("a", "x")).toBe(0);
    }
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(Math.max(...waits)).toBe(15 * MINUTE);
    expect(throttle.waitOf("a", "y")).toBe(0);
  });

  it("from many addresses make an account wait", () => {
    const { throttle } = throttleAt();
    for (let n = 0; n < 20; n += 1) throttle.tried("admin", `net-${n}`);
    expect(throttle.waitOf("admin", "another")).toBeGreaterThan(0);
    expect(throttle.waitOf("somebody", "another")).toBe(0);
  });

  it("of strangers never keep out whoever has been here before", () => {
    const { throttle } = throttleAt();
    throttle.cameIn("admin", "home");
    fail(throttle, "admin", "elsewhere", 1000);
    for (let n = 0; n < 1000; n += 1) throttle.tried("admin", `net-${n}`);
    expect(throttle.waitOf("admin", "home")).toBe(0);
    expect(throttle.waitOf("admin", "elsewhere")).toBeGreaterThan(0);
  });

  it("are counted at a familiar address, too", () => {
    const { throttle } = throttleAt();
    throttle.cameIn("admin", "home");
    fail(throttle, "admin", "home", 10);
    expect(throttle.waitOf("admin", "home")).toBe(5_000);
    throttle.cameIn("admin", "home");
    expect(throttle.waitOf("admin", "home")).toBe(0);
  });

  it("are forgotten after an hour", () => {
    const { throttle, time } = throttleAt();
    fail(throttle, "a", "x", 30);
    time.now += 61 * MINUTE;
    expect(throttle.waitOf("a", "x")).toBe(0);
    throttle.tried("a", "x");
    expect(throttle.waitOf("a", "x")).toBe(0);
  });

  it("of a million names fill no memory", () => {
    const { throttle } = throttleAt();
    fail(throttle, "first", "first", 10);
    expect(throttle.waitOf("first", "first")).toBeGreaterThan(0);
    for (let n = 0; n < 20_000; n += 1) throttle.tried(`name-${n}`, `net-${n}`);
    expect(throttle.waitOf("first", "first")).toBe(0);
  });
});
