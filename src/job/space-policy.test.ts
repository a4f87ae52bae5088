import { expect, test } from "vitest";
import { mayGoOn, SPACE_MARGIN_BYTES } from "./space-policy.ts";

const MIB = 1024 ** 2;
const MINUTE = 60_000;
const full = { since: 0, freeAtFirst: MIB, woken: 0 };

test("a command goes on at once when somebody has made room for what it still needs", () => {
  expect(mayGoOn(full, { free: 600 * MIB, remaining: 500 * MIB, now: 1 })).toBe(true);
  expect(mayGoOn(full, { free: 500 * MIB, remaining: 500 * MIB, now: 1 })).toBe(false);
});

test("one of unknown size needs the margin at least", () => {
  expect(mayGoOn(full, { free: SPACE_MARGIN_BYTES + MIB, remaining: 0, now: 1 })).toBe(true);
  expect(mayGoOn(full, { free: SPACE_MARGIN_BYTES, remaining: 0, now: 1 })).toBe(false);
});

test("where there is room already it waits a minute, and after every try in vain twice as long, an hour at most", () => {
  const roomy = { since: 0, freeAtFirst: 900 * MIB, woken: 0 };
  const at = (now: number, woken: number): boolean =>
    mayGoOn({ ...roomy, woken }, { free: 900 * MIB, remaining: 0, now });
  expect([at(MINUTE - 1, 0), at(MINUTE, 0)]).toEqual([false, true]);
  expect([at(4 * MINUTE - 1, 2), at(4 * MINUTE, 2)]).toEqual([false, true]);
  expect([at(60 * MINUTE - 1, 99), at(60 * MINUTE, 99)]).toEqual([false, true]);
});

test("one that is at work does not wait", () => {
  expect(mayGoOn({ ...full, since: null }, { free: 900 * MIB, remaining: 0, now: 1 })).toBe(false);
});
