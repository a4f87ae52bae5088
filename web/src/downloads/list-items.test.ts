import { expect, test } from "vitest";
import type { Folded } from "../groups/fold-groups.ts";
import { sameItem, toListItems } from "./list-items.ts";
import type { ListItem, Listed } from "./list-items.ts";

const shown = { active: ["a", "b"], problem: [], waiting: ["c"], paused: [], done: [] };
const unfolded = (rest = shown): Folded => ({ present: [], past: [], members: new Map(), rest });
const listed = (change: Partial<Listed> = {}): Listed => ({
  shown,
  folded: unfolded(),
  inQueueOrder: true,
  opened: new Set(),
  heads: [],
  ...change,
});

test("groups without jobs have no heading", () => {
  const headings = toListItems(listed()).filter((item) => item.kind === "heading");
  expect(headings.map(({ group, ids, count }) => [group, ids.length, count])).toEqual([
    ["active", 2, 2],
    ["waiting", 1, 1],
  ]);
});

test("every job has one row with a key of its own, and each group a first and a last row", () => {
  const rows = toListItems(listed()).filter((item) => item.kind === "row");
  expect(rows.map(({ id, first, last }) => [id, first, last])).toEqual([
    ["a", true, false],
    ["b", false, true],
    ["c", true, true],
  ]);
  expect(new Set(toListItems(listed()).map((item) => item.key)).size).toBe(5);
});

test("those that wait have a number, unless the list is sorted or narrowed", () => {
  const all = { ...shown, waiting: ["c", "d"] };
  const positions = (inQueueOrder: boolean) =>
    toListItems(listed({ shown: all, folded: unfolded(all), inQueueOrder })).flatMap((item) =>
      item.kind === "row" ? [item.position] : [],
    );
  expect(positions(true)).toEqual([null, null, 1, 2]);
  expect(positions(false)).toEqual([null, null, null, null]);
});

/** `set` has b and c, `old` has e: its end lies between those of d and f. */
const FOLDED: Folded = {
  present: ["set"],
  past: [{ id: "old", at: 1 }],
  members: new Map([
    ["set", ["b", "c"]],
    ["old", ["e"]],
  ]),
  rest: { active: ["a"], problem: [], waiting: ["g"], paused: [], done: ["d", "f"] },
};
const ALL = { active: ["a", "b"], problem: [], waiting: ["c", "g"], paused: [], done: ["d", "e", "f"] };
const words = (item: ListItem): string => {
  const edges = "first" in item ? `${item.first ? "[" : ""}${item.last ? "]" : ""}` : "";
  return "id" in item ? `${item.kind} ${item.id}${edges}` : `${item.kind} ${item.count}`;
};

test("a group stands for its downloads: above the others, or in the history where it ended", () => {
  const closed = toListItems(listed({ shown: ALL, folded: FOLDED }));
  expect(closed.map(words)).toEqual([
    "groups 1",
    "group set[]",
    "heading 1",
    "row a[]",
    "heading 1",
    "row g[]",
    "heading 3",
    "row d[",
    "group old",
    "row f]",
  ]);
  // The queue takes c before it, wherever c is shown.
  expect(closed.find(({ key }) => key === "g")).toMatchObject({ position: 2 });
});

test("open, it is followed by its downloads, in one box, each as what it is", () => {
  const open = toListItems(listed({ shown: ALL, folded: FOLDED, opened: new Set(["set", "old"]) }));
  expect(open.slice(0, 5).map(words)).toEqual(["groups 1", "group set[", "inside set", "row b", "row c]"]);
  expect(open[3]).toMatchObject({ group: "active", inside: true, position: null });
  expect(open.slice(-4).map(words)).toEqual(["group old", "inside old", "row e", "row f]"]);
  expect(new Set(open.map(({ key }) => key)).size).toBe(open.length);
});

test("the list of one group has it on top, with its places and without its downloads twice", () => {
  const items = toListItems(
    listed({ heads: [{ id: "set", members: ["a", "b", "c"] }], opened: new Set(["set"]) }),
  );
  expect(items.slice(0, 4).map(words)).toEqual(["groups 1", "group set[", "inside set]", "heading 2"]);
});

test("what would be drawn alike is the same", () => {
  const [one, other] = [toListItems(listed({ shown: ALL, folded: FOLDED })), toListItems(listed())];
  const again = toListItems(listed({ shown: ALL, folded: FOLDED }));
  expect(one.every((item, at) => sameItem(item, again[at] as ListItem))).toBe(true);
  expect(sameItem(one[0] as ListItem, other[0] as ListItem)).toBe(false);
});
