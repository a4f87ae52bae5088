import { expect, test } from "vitest";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { createSpeedLog, JOB_SAMPLES } from "./job-speeds.ts";

function start() {
  let at = 1_000_000;
  let tell = (): void => {};
  let view: LiveView = {
    jobs: new Map(),
    limit: null,
    settingsChanges: 0,
    changes: new Map(),
    groups: new Map(),
    link: "live",
    ready: true,
    error: null,
  };
  const live = {
    subscribe: (listener: () => void) => {
      tell = listener;
      return () => {};
    },
    getSnapshot: () => view,
  };
  const log = createSpeedLog(live, () => at);
  const sample = (speed: number, afterMs = 1000, link: LiveView["link"] = "live"): void => {
    at += afterMs;
    const job = makeJob({ id: "a", progress: { bytes_per_second: speed } });
    view = { ...view, link, jobs: new Map([["a", job]]) };
    tell();
  };
  return { log, sample };
}

test("one sample a second, however often jobs change", () => {
  const { log, sample } = start();
  sample(10);
  sample(20, 300);
  sample(30, 800);
  expect(log.of("a").speeds).toEqual([10, 30]);
  expect(log.of("b").speeds).toEqual([]);
});

test("where nobody looked there is a gap, not a line", () => {
  const { log, sample } = start();
  sample(10);
  sample(20, 60_000);
  expect(log.of("a").speeds).toEqual([10, null, 20]);
});

test("while the server is away nothing is noted, and the log does not grow without end", () => {
  const { log, sample } = start();
  sample(10, 1000, "away");
  expect(log.of("a").times).toEqual([]);
  for (let index = 0; index < JOB_SAMPLES + 50; index++) sample(index);
  expect(log.of("a").speeds).toHaveLength(JOB_SAMPLES);
  expect(log.of("a").speeds.at(-1)).toBe(JOB_SAMPLES + 49);
});
