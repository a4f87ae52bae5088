import { expect, test } from "vitest";
import { ENDED_KINDS, isEnded, STATUS_OF } from "./job-state.ts";
import { initialState } from "./next.ts";
import { laneOf, placeName } from "./place.ts";

test("the status words are those old clients know", () => {
  expect(STATUS_OF).toEqual({
    pending: "PENDING",
    running: "RUNNING",
    paused: "PAUSED",
    blocked: "HOST_VERIFICATION_NEEDED",
    complete: "COMPLETE",
    failed: "FAILED",
    cancelled: "CANCELLED",
  });
});

test("a new job waits for its turn and may go at once", () => {
  expect(initialState()).toEqual({
    kind: "pending",
    step: 0,
    notBefore: 0,
    failures: 0,
    lastFailure: null,
    detached: false,
    wish: null,
  });
});

test("ended is what only a person can change", () => {
  expect(ENDED_KINDS).toEqual(["complete", "failed", "cancelled"]);
  expect(isEnded({ kind: "complete" })).toBe(true);
  expect(isEnded({ kind: "paused", step: 0, why: "person", note: null })).toBe(false);
});

test("a node and an instance of the same name are two lanes", () => {
  const node = { kind: "node", name: "a" } as const;
  const host = { kind: "ssh", hostId: "a" } as const;
  expect([placeName(node), placeName(host)]).toEqual(["a", "a"]);
  expect([laneOf(node), laneOf(host)]).toEqual(["node:a", "ssh:a"]);
});
