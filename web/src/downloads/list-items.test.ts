import { expect, test } from "vitest";
import { toListItems } from "./list-items.ts";

const groups = { active: ["a", "b"], problem: [], waiting: ["c"], paused: [], done: [] };

test("groups without jobs have no heading", () => {
  const headings = toListItems(groups, true).filter((item) => item.kind === "heading");
  expect(headings.map(({ group, ids }) => [group, ids.length])).toEqual([
    ["active", 2],
    ["waiting", 1],
  ]);
});

test("every job has one row with a key of its own, and each group a first and a last row", () => {
  const rows = toListItems(groups, true).filter((item) => item.kind === "row");
  expect(rows.map(({ id, first, last }) => [id, first, last])).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
  ]);
  expect(new Set(toListItems(groups, true).map((item) => item.key)).size).toBe(5);
});

test("those that wait have a number, unless the list is sorted or narrowed", () => {
  const positions = (inQueueOrder: boolean) =>
    toListItems({ ...groups, waiting: ["c", "d"] }, inQueueOrder).flatMap((item) =>
      item.kind === "row" ? [item.position] : [],
    );
  expect(positions(true)).toEqual([null, null, 1, 2]);
  expect(positions(false)).toEqual([null, null, null, null]);
});
