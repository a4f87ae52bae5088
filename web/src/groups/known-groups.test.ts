import { expect, test } from "vitest";
import type { GroupMessage } from "../../../src/wire/groups.ts";
import { entriesOf, groupIn, toListed } from "./known-groups.ts";
import { makeGroup } from "./testing/make-group.ts";

const told = (...words: [string, GroupMessage | null][]) => new Map(words);
const listOf = (groups: GroupMessage[], next: string | null = null) => ({ groups, next });

test("what is told after the list was asked for is newer than the list; what was told before is not", () => {
  const old = makeGroup({ id: "a", percent: 10 });
  const before = told(["a", old]);
  const listed = toListed(listOf([makeGroup({ id: "a", percent: 50 })]), before);
  expect(groupIn(listed, before, "a")?.percent).toBe(50);
  expect(groupIn(listed, told(["a", makeGroup({ id: "a", percent: 60 })]), "a")?.percent).toBe(60);
  expect(groupIn(listed, told(["a", null]), "a")).toBeNull();
});

test("a group that the list does not have any more is gone, unless the list has only the newest", () => {
  const before = told(["old", makeGroup({ id: "old" })]);
  expect(groupIn(toListed(listOf([]), before), before, "old")).toBeNull();
  expect(groupIn(toListed(listOf([], "9"), before), before, "old")?.id).toBe("old");
  expect(groupIn(null, before, "old")?.id).toBe("old");
});

test("the newest stands first, and the list is the same while groups only move", () => {
  const first = makeGroup({ id: "first", created_at: "2026-11-21T10:00:00.000Z" });
  const second = makeGroup({ id: "second", created_at: "2026-11-21T11:00:00.000Z" });
  const listed = toListed(listOf([first, second]), told());
  const entries = entriesOf(listed, told(), null);
  expect(entries.map(({ id, isOver }) => [id, isOver])).toEqual([
    ["second", false],
    ["first", false],
  ]);
  expect(entriesOf(listed, told(["first", { ...first, percent: 70 }]), entries)).toBe(entries);
  const over = entriesOf(listed, told(["first", { ...first, status: "COMPLETE" }]), entries);
  expect(over.map(({ isOver }) => isOver)).toEqual([false, true]);
  expect(over[0]).toBe(entries[0]);
});
