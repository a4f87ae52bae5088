import { expect, test } from "vitest";
import { initialState, next } from "../../../src/job/next.ts";
import type { JobState } from "../../../src/job/job-state.ts";
import { STATUS_OF } from "../../../src/job/job-state.ts";
import { failure } from "../../../src/job/failure.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { bytesLostByRemoving, offeredActions } from "./offered-actions.ts";

const lease = { owner: "me", epoch: 1, expiresAt: 1 };
const states: JobState[] = [
  initialState(),
  { ...initialState(), notBefore: 9, lastFailure: failure("timed_out", "late") } as JobState,
  { kind: "running", step: 0, failures: 0, lease, wish: null },
  { kind: "running", step: 0, failures: 0, lease, wish: "pause" },
  { kind: "running", step: 0, failures: 0, lease, wish: "cancel" },
  { kind: "paused", step: 0, why: "person", note: null },
  { kind: "paused", step: 0, why: "no_space", note: null },
  { kind: "paused", step: 0, why: "window", note: null },
  { kind: "complete" },
  { kind: "failed", step: 0, failure: failure("not_found", "gone") },
  { kind: "cancelled", step: 0 },
];

test.each(states.map((state) => [state.kind, state] as const))(
  "no button of a %s job is refused by the rules of the queue",
  (kind, state) => {
    const retrying = state.kind === "pending" && state.lastFailure !== null;
    const wish = "wish" in state ? state.wish : null;
    const retry_at = retrying ? "2026-11-21T12:00:00.000Z" : null;
    for (const waiting of [null, { why: "window", until: null, job: null } as const]) {
      const { main, more } = offeredActions({ status: STATUS_OF[kind], wish, retry_at, waiting });
      const asked = [...(main === null ? [] : [main]), ...more].filter((action) => action !== "remove");
      for (const type of asked) expect(next(state, { type })).toMatchObject({ ok: true });
    }
  },
);

test("every job can be removed in the end", () => {
  for (const state of states) {
    const job = { status: STATUS_OF[state.kind], wish: null, retry_at: null, waiting: null };
    expect(offeredActions(job).more).toContain("remove");
  }
});

test("removing loses bytes only while the file is not in place", () => {
  expect(bytesLostByRemoving(makeJob({ progress: { bytes_done: 450 } }))).toBe(450);
  expect(bytesLostByRemoving(makeJob({ status: "COMPLETE", progress: { bytes_done: 1000 } }))).toBe(0);
});

test("a job that waits for its hour can be let run now, first of all", () => {
  const waiting = { why: "window", until: null, job: null } as const;
  for (const status of ["PENDING", "PAUSED"] as const)
    expect(offeredActions({ status, wish: null, retry_at: null, waiting }).main).toBe("now");
  expect(offeredActions({ status: "PENDING", wish: "cancel", retry_at: null, waiting }).main).toBeNull();
});
