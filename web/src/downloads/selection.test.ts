import { expect, test } from "vitest";
import { Selection } from "./selection.ts";

const ORDER = ["a", "b", "c", "d", "e"];
const chosen = (selection: Selection): string => [...selection.getSnapshot().ids].join("");

test("one after the other, and off again", () => {
  const selection = new Selection();
  for (const id of ["a", "c", "a"]) selection.toggle(id);
  expect(chosen(selection)).toBe("c");
});

test("a range goes from the last one that was selected, in either direction, and can be made smaller again", () => {
  const selection = new Selection();
  selection.toggle("b");
  selection.extendTo("e", ORDER);
  expect(chosen(selection)).toBe("bcde");
  selection.extendTo("c", ORDER);
  expect(chosen(selection)).toBe("bc");
  selection.extendTo("a", ORDER);
  expect(chosen(selection)).toBe("ab");
});

test("what is not shown any more is not selected any more", () => {
  const selection = new Selection();
  selection.selectAll(ORDER);
  selection.keepOnly(["d", "b", "x"]);
  expect(chosen(selection)).toBe("bd");
});

test("another choice is one of what is shown, not of all that match", () => {
  const selection = new Selection();
  selection.selectAll(ORDER);
  selection.selectMatching();
  expect(selection.getSnapshot().matching).toBe(true);
  selection.toggle("a");
  expect(selection.getSnapshot().matching).toBe(false);
});

test("listeners hear of changes alone", () => {
  const selection = new Selection();
  let told = 0;
  selection.subscribe(() => (told += 1));
  selection.clear();
  selection.keepOnly([]);
  expect(told).toBe(0);
  selection.toggle("a");
  selection.keepOnly(ORDER);
  expect(told).toBe(1);
});
