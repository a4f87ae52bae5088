import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { foreseeAction } from "./foresee-action.ts";
import { groupOf } from "./group-jobs.ts";

test.each([
  ["a waiting job that is paused", makeJob({ status: "PENDING" }), "pause", "paused"],
  ["a paused one that is resumed", makeJob({ status: "PAUSED" }), "resume", "waiting"],
  ["a failed one that is retried", makeJob({ status: "FAILED" }), "retry", "waiting"],
  ["a running one that is paused: its run has to end first", makeJob(), "pause", "active"],
] as const)("%s is shown where it will be", (_, job, action, group) => {
  const foreseen = foreseeAction(job, action);
  expect(foreseen).not.toBeNull();
  expect(groupOf({ ...job, ...(foreseen as object) })).toBe(group);
});

test("what is removed is gone at once; what nobody can tell is left to the server", () => {
  expect(foreseeAction(makeJob(), "remove")).toBe("gone");
  expect(foreseeAction(makeJob({ status: "COMPLETE" }), "pause")).toBeNull();
  expect(foreseeAction(makeJob({ status: "PENDING" }), "cancel")).toBeNull();
});
