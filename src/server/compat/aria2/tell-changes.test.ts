import { expect, it } from "vitest";
import { failure } from "../../../job/failure.ts";
import type { JobState } from "../../../job/job-state.ts";
import { tellChange, tellRemoval } from "./tell-changes.ts";
import type { Seen } from "./tell-changes.ts";

const LOST = failure("connection_lost", "It broke off.");
const STATES = {
  pending: {
    kind: "pending",
    step: 0,
    notBefore: 0,
    failures: 0,
    lastFailure: null,
    detached: false,
    wish: null,
  },
  retrying: {
    kind: "pending",
    step: 0,
    notBefore: 9,
    failures: 1,
    lastFailure: LOST,
    detached: false,
    wish: null,
  },
  running: {
    kind: "running",
    step: 0,
    failures: 0,
    lease: { owner: "a", epoch: 1, expiresAt: 9 },
    wish: null,
  },
  paused: { kind: "paused", step: 0, why: "person", note: null },
  complete: { kind: "complete" },
  failed: { kind: "failed", step: 0, failure: LOST },
  cancelled: { kind: "cancelled", step: 0 },
} as const satisfies Record<string, JobState>;

it.each<[string, Seen | undefined, keyof typeof STATES, number | null, string[]]>([
  ["one that is new and waits", undefined, "pending", null, []],
  ["one that begins", "waiting", "running", 5, ["Start"]],
  ["one that goes on running", "active", "running", 5, []],
  ["one that is tried again by itself", "active", "retrying", 5, []],
  ["its next try", "active", "running", 5, []],
  ["one that is paused", "active", "paused", 5, ["Pause"]],
  ["one that is added paused", undefined, "paused", null, ["Pause"]],
  ["one that waits again", "paused", "pending", 5, []],
  ["one that is complete", "active", "complete", 5, ["Complete"]],
  ["one that was over before the first was heard", undefined, "complete", 5, ["Start", "Complete"]],
  ["one whose file was there", undefined, "complete", null, ["Complete"]],
  ["one that failed", "active", "failed", 5, ["Error"]],
  ["one that failed at once", "waiting", "failed", 5, ["Start", "Error"]],
  ["one that is removed", "active", "cancelled", 5, ["Stop"]],
  ["one that is removed while it waits", "waiting", "cancelled", null, ["Stop"]],
  ["one that had ended", "ended", "failed", 5, []],
  ["one that is retried", "ended", "pending", 5, []],
])("of %s clients hear what aria2 would tell", (_, before, state, startedAt, told) => {
  expect(tellChange(before, { state: STATES[state], startedAt })).toEqual(
    told.map((name) => `aria2.onDownload${name}`),
  );
});

it.each<[Seen | undefined, number]>([
  [undefined, 0],
  ["ended", 0],
  ["active", 1],
  ["waiting", 1],
])("one that vanishes having been %s is told of %i times", (before, times) => {
  expect(tellRemoval(before)).toHaveLength(times);
});
