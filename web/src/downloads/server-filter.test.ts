import { expect, test } from "vitest";
import { ALL_JOBS } from "../data/group-jobs.ts";
import { countMatching, toServerFilter } from "./server-filter.ts";

test("what is shown is found by the server as well", () => {
  expect(toServerFilter("all", ALL_JOBS)).toEqual({});
  expect(toServerFilter("done", { ...ALL_JOBS, search: "flux dev", place: "h1", kind: "card" })).toEqual({
    status: ["COMPLETE", "CANCELLED"],
    search: "flux dev",
    host: "h1",
    kind: "card",
  });
});

test("whether a job waits for its turn or for its next try the server's filter cannot say: nothing is guessed", () => {
  expect(toServerFilter("waiting", ALL_JOBS)).toBeNull();
  expect(toServerFilter("active", ALL_JOBS)).toBeNull();
});

test("a number is only told where it is known", () => {
  const counts = { COMPLETE: 700, CANCELLED: 3, FAILED: 9 };
  expect(countMatching({ status: ["COMPLETE", "CANCELLED"] }, counts)).toBe(703);
  expect(countMatching({}, counts)).toBe(712);
  expect(countMatching({ search: "x" }, counts)).toBeNull();
});
