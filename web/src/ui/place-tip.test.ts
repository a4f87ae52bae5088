import { expect, it } from "vitest";
import { placeTip } from "./place-tip.ts";

const VIEW = { width: 400, height: 300 };

it("stands over the middle of what it is of", () => {
  const at = placeTip({ left: 180, top: 100, width: 40, height: 20 }, { width: 100, height: 30 }, VIEW);
  expect(at).toEqual({ left: 150, top: 64 });
});

it("stands below what is at the top of the window", () => {
  const at = placeTip({ left: 180, top: 10, width: 40, height: 20 }, { width: 100, height: 30 }, VIEW);
  expect(at.top).toBe(36);
});

it("stays inside the window at its left and its right", () => {
  const tip = { width: 100, height: 30 };
  expect(placeTip({ left: 0, top: 100, width: 20, height: 20 }, tip, VIEW).left).toBe(8);
  expect(placeTip({ left: 390, top: 100, width: 10, height: 20 }, tip, VIEW).left).toBe(292);
  // What is wider than the window begins where it can be read from.
  expect(
    placeTip({ left: 100, top: 100, width: 20, height: 20 }, { width: 900, height: 30 }, VIEW).left,
  ).toBe(8);
});
