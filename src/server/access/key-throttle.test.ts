import { describe, expect, it } from "vitest";
import { KeyThrottle } from "./key-throttle.ts";

const LONG = "hy_0123456789abcdef0123456789abcdef";

function throttleAt() {
  const time = { now: 0 };
  return { time, throttle: new KeyThrottle({ now: () => time.now }) };
}

function guess(throttle: KeyThrottle, group: string, times: number): void {
  for (let n = 0; n < times; n += 1) show(throttle, `guess-${n}`, group);
}

function show(throttle: KeyThrottle, secret: string, group: string): void {
  throttle.tried(secret, group);
  throttle.wrong(secret, group);
}

describe("wrong tokens and keys", () => {
  it("make an address wait before another short one is looked at, and no other address", () => {
    const { throttle, time } = throttleAt();
    guess(throttle, "x", 19);
    expect(throttle.waitOf("pass", "x")).toBe(0);
    guess(throttle, "x", 1);
    expect(throttle.waitOf("pass", "x")).toBe(5_000);
    expect(throttle.waitOf("pass", "y")).toBe(0);
    time.now += 5_000;
    expect(throttle.waitOf("pass", "x")).toBe(0);
  });

  it("never keep a right one out that was shown from there before", () => {
    const { throttle } = throttleAt();
    throttle.right("pass", "x");
    guess(throttle, "x", 1000);
    expect(throttle.waitOf("pass", "x")).toBe(0);
    expect(throttle.waitOf("word", "x")).toBeGreaterThan(0);
  });

  it("never keep one out that nobody can guess", () => {
    const { throttle } = throttleAt();
    guess(throttle, "x", 1000);
    expect(throttle.waitOf(LONG, "x")).toBe(0);
  });

  it("count once for a program that shows the same old one again and again", () => {
    const { throttle } = throttleAt();
    for (let n = 0; n < 1000; n += 1) show(throttle, LONG, "x");
    expect(throttle.waitOf("pass", "x")).toBe(0);
    for (let n = 0; n < 1000; n += 1) show(throttle, "old", "x");
    expect(throttle.waitOf("pass", "x")).toBe(0);
  });

  it("count before they are looked at: of a thousand at once only the first few are", () => {
    const { throttle } = throttleAt();
    let looked = 0;
    for (let n = 0; n < 1000; n += 1) {
      if (throttle.waitOf(`guess-${n}`, "x") > 0) continue;
      throttle.tried(`guess-${n}`, "x");
      looked += 1;
    }
    expect(looked).toBe(20);
  });

  it("are none if they turn out to be right, however many are looked at at once", () => {
    const { throttle } = throttleAt();
    guess(throttle, "x", 18);
    throttle.tried("pass", "x");
    throttle.tried("word", "x");
    // Some other one came between, so it is counted twice.
    throttle.tried("pass", "x");
    throttle.right("pass", "x");
    throttle.right("pass", "x");
    throttle.wrong("word", "x");
    expect(throttle.waitOf("next", "x")).toBe(0);
    guess(throttle, "x", 1);
    expect(throttle.waitOf("next", "x")).toBeGreaterThan(0);
  });

  it("hold back one that was right before, too, once it is wrong", () => {
    const { throttle } = throttleAt();
    throttle.right("pass", "x");
    show(throttle, "pass", "x");
    guess(throttle, "x", 19);
    expect(throttle.waitOf("pass", "x")).toBeGreaterThan(0);
  });
});
