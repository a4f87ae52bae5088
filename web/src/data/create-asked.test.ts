import { expect, test, vi } from "vitest";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { createAsked, keyOf } from "./create-asked.ts";
import type { Wanted } from "./create-asked.ts";

const wanted: Wanted = { kind: "file", id: "/models/a.bin", place: null, name: "A" };

/** Live jobs that are what they are told to be. */
function start(...first: JobMessage[]) {
  const listeners = new Set<() => void>();
  const toJobs = (jobs: JobMessage[]) => new Map(jobs.map((job) => [job.id, job]));
  let jobs = toJobs(first);
  const asked = createAsked({
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => ({ jobs }) as unknown as LiveView,
  });
  return {
    asked,
    isAsked: () => asked.getSnapshot().has(keyOf(wanted)),
    tell(...now: JobMessage[]) {
      jobs = toJobs(now);
      for (const listener of listeners) listener();
    },
  };
}

test("what is asked for is shown until its job is told of", () => {
  const { asked, isAsked, tell } = start();
  const asking = asked.begin(wanted);
  expect(isAsked()).toBe(true);
  asking.done("a");
  expect(isAsked()).toBe(true);
  tell(makeJob({ id: "b" }));
  expect(isAsked()).toBe(true);
  tell(makeJob({ id: "a", status: "PENDING", ended_at: null }));
  expect(isAsked()).toBe(false);
});

test("where its job is known before the answer, or there was nothing to do, the answer ends it", () => {
  const { asked, isAsked, tell } = start();
  const first = asked.begin(wanted);
  tell(makeJob({ id: "a", status: "PENDING", ended_at: null }));
  expect(isAsked()).toBe(true);
  first.done("a");
  expect(isAsked()).toBe(false);
  asked.begin(wanted).done(null);
  expect(isAsked()).toBe(false);
});

test("a job that had ended and goes on again is waited for", () => {
  const over = { id: "a", status: "FAILED", ended_at: "2026-01-01T00:00:00.000Z" } as const;
  const { asked, isAsked, tell } = start(makeJob(over));
  asked.begin(wanted).done("a");
  expect(isAsked()).toBe(true);
  tell(makeJob({ ...over, status: "PENDING", ended_at: null }));
  expect(isAsked()).toBe(false);
});

test("what is refused goes at once; asked for again meanwhile, it stays the other's", () => {
  const { asked, isAsked } = start();
  const first = asked.begin({ ...wanted });
  const second = asked.begin({ ...wanted });
  first.undo();
  expect(isAsked()).toBe(true);
  second.undo();
  expect(isAsked()).toBe(false);
});

test("a job that no event tells of does not keep it", () => {
  vi.useFakeTimers();
  try {
    const { asked, isAsked } = start();
    asked.begin(wanted).done("a");
    vi.advanceTimersByTime(60_000);
    expect(isAsked()).toBe(false);
  } finally {
    vi.useRealTimers();
  }
});
