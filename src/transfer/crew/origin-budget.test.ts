import { expect, test } from "vitest";
import { MOST_PER_ORIGIN, OriginBudget, REFUSAL_MS } from "./origin-budget.ts";

const ORIGIN = "https://models.example";

test("the files of one origin share its connections equally, those of others do not count", () => {
  const budget = new OriginBudget(() => 0);
  const first = budget.join(ORIGIN);
  budget.join("https://other.example");
  expect(first.share()).toBe(MOST_PER_ORIGIN);
  const second = budget.join(ORIGIN);
  expect([first.share(), second.share()]).toEqual([MOST_PER_ORIGIN / 2, MOST_PER_ORIGIN / 2]);
  second.leave();
  expect(first.share()).toBe(MOST_PER_ORIGIN);
});

test("what one file is refused, no other asks for meanwhile, later ones neither", () => {
  let now = 0;
  const budget = new OriginBudget(() => now);
  const first = budget.join(ORIGIN);
  first.connections = 9;
  expect(first.refuse(null)).toBe(REFUSAL_MS);
  expect(first.share()).toBe(8);
  first.leave();
  const later = budget.join(ORIGIN);
  expect(later.share()).toBe(8);
  now = REFUSAL_MS + 1;
  expect(later.share()).toBe(MOST_PER_ORIGIN);
});

test("a server that says when is obeyed", () => {
  const budget = new OriginBudget(() => 1_000);
  expect(budget.join(ORIGIN).refuse(900_000)).toBe(900_000);
});

test("everybody may have one, however many there are", () => {
  const budget = new OriginBudget(() => 0);
  const seats = Array.from({ length: 100 }, () => budget.join(ORIGIN));
  expect(seats[0]?.share()).toBe(1);
});
