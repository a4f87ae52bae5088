import { expect, test } from "vitest";
import type { PlanAnswer, PlannedJobMessage } from "../../wire/plan.ts";
import { sharingLine } from "./plan-sharing.ts";

const MB = 1_000_000;
const NODES = [
  { name: "a", labels: { site: "ams" }, share_address: "http://a:8868" },
  { name: "b", labels: { site: "ams" }, share_address: null },
  { name: "c", labels: { site: "fra" }, share_address: null },
];

function plan(...jobs: readonly (Partial<PlannedJobMessage> & { on: string })[]): PlanAnswer {
  const each = jobs.map(({ on, ...more }) => ({
    file: "x",
    place: { kind: "node", name: on },
    size: 5 * MB,
    bytes_done: 0,
    state: "new",
    trouble: null,
    ...more,
  }));
  return { plans: [{ jobs: each }] } as unknown as PlanAnswer;
}

test("what machines of one site share comes from its origin once", () => {
  expect(sharingLine(plan({ on: "a" }, { on: "b", bytes_done: 2 * MB }, { on: "c" }), NODES)).toBe(
    "Once per site: 10.0 MB from the origin instead of 13.0 MB.",
  );
  expect(sharingLine(plan({ on: "a", size: null }, { on: "b" }, { on: "c" }), NODES)).toBe(
    "Once per site: 2 of 3 files from their origin, the others from machines of the site.",
  );
});

test("where nothing is spared it is said, and what that takes", () => {
  const nothing = /spares nothing: it takes/;
  // Nobody of those asked gives files; another file; what is there already.
  expect(sharingLine(plan({ on: "b" }, { on: "c" }), NODES)).toMatch(nothing);
  expect(sharingLine(plan({ on: "a" }, { on: "b", file: "y" }), NODES)).toMatch(nothing);
  expect(sharingLine(plan({ on: "a", state: "there" }, { on: "b" }), NODES)).toMatch(nothing);
});
