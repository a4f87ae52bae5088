import { expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { selectedOffers } from "./selected-offers.ts";

test("each action is offered for those that can do it, and for no others", () => {
  const { of, movable } = selectedOffers([
    makeJob({ id: "runs" }),
    makeJob({ id: "waits", status: "PENDING" }),
    makeJob({ id: "paused", status: "PAUSED" }),
    makeJob({ id: "failed", status: "FAILED" }),
    makeJob({ id: "done", status: "COMPLETE" }),
  ]);
  expect(of).toEqual({
    pause: ["runs", "waits"],
    resume: ["paused"],
    now: [],
    retry: ["failed"],
    cancel: ["runs", "waits", "paused"],
    remove: ["runs", "waits", "paused", "failed", "done"],
  });
  expect(movable).toEqual(["runs", "waits", "paused"]);
});
