import { expect, test } from "vitest";
import { choose, extendTo, NOTHING, toggle, withoutGone } from "./selection.ts";

const SHOWN = ["a", "b", "c", "d"];
const list = ({ chosen }: { chosen: ReadonlySet<string> }): string[] => [...chosen].sort();

test("a card is chosen, and left, by the same key", () => {
  const one = toggle(NOTHING, "b");
  expect(list(one)).toEqual(["b"]);
  expect(list(toggle(one, "b"))).toEqual([]);
});

test("a range goes from the last one to this one, either way, and keeps what was chosen", () => {
  expect(list(extendTo(toggle(NOTHING, "b"), "d", SHOWN))).toEqual(["b", "c", "d"]);
  expect(list(extendTo(toggle(toggle(NOTHING, "d"), "c"), "a", SHOWN))).toEqual(["a", "b", "c", "d"]);
});

test("a range from a card that the filter hides is that one card", () => {
  expect(list(extendTo(toggle(NOTHING, "z"), "c", SHOWN))).toEqual(["c", "z"]);
  expect(list(extendTo(NOTHING, "c", SHOWN))).toEqual(["c"]);
});

test("a card that is deleted is not chosen any more; nothing changes where all are there", () => {
  const all = choose(NOTHING, SHOWN, null);
  expect(list(withoutGone(all, new Set(["a", "d"])))).toEqual(["a", "d"]);
  expect(withoutGone(all, new Set(SHOWN))).toBe(all);
});
