import { expect, test } from "vitest";
import { toListItems } from "./list-items.ts";

const groups = { active: ["a", "b"], problem: [], waiting: ["c"], paused: [], done: [] };

test("groups without jobs have no heading", () => {
  const headings = toListItems(groups).filter((item) => item.kind === "heading");
  expect(headings.map(({ group, ids }) => [group, ids.length])).toEqual([
    ["active", 2],
    ["waiting", 1],
  ]);
});

test("every job has one row with a key of its own, and each group a first and a last row", () => {
  const rows = toListItems(groups).filter((item) => item.kind === "row");
  expect(rows.map(({ id, first, last }) => [id, first, last])).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
  ]);
  expect(new Set(toListItems(groups).map((item) => item.key)).size).toBe(5);
});
