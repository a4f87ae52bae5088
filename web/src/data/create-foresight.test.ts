import { expect, test } from "vitest";
import type { LiveJobsStore, LiveView } from "../../../src/client/create-live-jobs.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { createForesight } from "./create-foresight.ts";
import type { Foreseen } from "./foresee-action.ts";

/** Live jobs that say what they are told to say. */
function fakeLive(first: JobMessage[]): LiveJobsStore & { tell: (jobs: JobMessage[]) => void } {
  const toView = (jobs: JobMessage[]): LiveView => ({
    jobs: new Map(jobs.map((job) => [job.id, job])),
    limit: null,
    settingsChanges: 0,
    changes: new Map(),
    groups: new Map(),
    link: "live",
    ready: true,
    error: null,
  });
  let view = toView(first);
  const listeners = new Set<() => void>();
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => view,
    retryNow: () => {},
    tell(jobs) {
      view = toView(jobs);
      for (const listener of listeners) listener();
    },
  };
}

const waiting = makeJob({ id: "a", status: "PENDING" });
const other = makeJob({ id: "b" });
const change = (foreseen: Foreseen) => new Map([["a", foreseen]]);

function start() {
  const live = fakeLive([waiting, other]);
  const foresight = createForesight(live);
  let told = 0;
  foresight.subscribe(() => (told += 1));
  const shown = (id = "a") => foresight.getSnapshot().jobs.get(id);
  return { live, foresight, shown, told: () => told };
}

test("what is asked is shown at once, and nothing else is drawn again", () => {
  const { foresight, shown, told } = start();
  foresight.expect(change({ status: "PAUSED" }));
  expect(told()).toBe(1);
  expect(shown()?.status).toBe("PAUSED");
  expect(shown("b")).toBe(other);
  expect(foresight.getSnapshot()).toBe(foresight.getSnapshot());
});

test("what the server refuses is shown as it was", () => {
  const { foresight, shown } = start();
  foresight.expect(change({ status: "PAUSED" })).undo();
  expect(shown()).toBe(waiting);
});

test("the server's word wins over what was foreseen", () => {
  const { live, foresight, shown } = start();
  foresight.expect(change({ status: "PAUSED" }));
  live.tell([{ ...waiting, status: "CANCELLED" }, other]);
  expect(shown()?.status).toBe("CANCELLED");
});

test("news of something else leaves it, and the same job stays the same object", () => {
  const { live, foresight, shown } = start();
  foresight.expect(change({ status: "PAUSED" }));
  const before = shown();
  live.tell([waiting, { ...other, name: "c" }]);
  expect(shown()).toBe(before);
});

test("what is removed is gone until the removal is taken back", () => {
  const { live, foresight, shown } = start();
  const removal = foresight.expect(change("gone"));
  expect(shown()).toBeUndefined();
  live.tell([{ ...waiting, name: "told by the server" }, other]);
  expect(shown()).toBeUndefined();
  removal.undo();
  expect(shown()?.name).toBe("told by the server");
});
