import { describe, expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { ALL_JOBS, groupJobs, groupOf } from "./group-jobs.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();

describe("where a job is shown", () => {
  test.each([
    ["RUNNING", "active"],
    ["PENDING", "waiting"],
    ["PAUSED", "paused"],
    ["FAILED", "problem"],
    ["HOST_VERIFICATION_NEEDED", "problem"],
    ["COMPLETE", "done"],
    ["CANCELLED", "done"],
  ] as const)("%s is among the %s ones", (status, group) => {
    expect(groupOf(makeJob({ status }))).toBe(group);
  });

  test("a job that waits for its next try stays where it was, and does not jump to the queue", () => {
    expect(groupOf(makeJob({ status: "PENDING", retry_at: at(8) }))).toBe("active");
  });
});

describe("the order of jobs", () => {
  test("the queue stands in the order it will be taken up: priority, then arrival", () => {
    const jobs = [
      makeJob({ id: "c", status: "PENDING", sequence: 3 }),
      makeJob({ id: "a", status: "PENDING", sequence: 1 }),
      makeJob({ id: "b", status: "PENDING", sequence: 2, priority: 5 }),
    ];
    expect(groupJobs(jobs, ALL_JOBS, null).waiting).toEqual(["b", "a", "c"]);
  });

  test("what ended last stands first", () => {
    const jobs = [
      makeJob({ id: "old", status: "COMPLETE", ended_at: at(1) }),
      makeJob({ id: "new", status: "COMPLETE", ended_at: at(9) }),
    ];
    expect(groupJobs(jobs, ALL_JOBS, null).done).toEqual(["new", "old"]);
  });
});

describe("searching", () => {
  const jobs = [
    makeJob({ id: "flux", name: "flux1-dev.safetensors", destination: "/models/unet/flux1-dev.safetensors" }),
    makeJob({ id: "wan", name: "wan2.1.safetensors", destination: "/models/video/wan2.1.safetensors" }),
  ];

  test("every word has to be somewhere: name, folder or source, in any case", () => {
    expect(groupJobs(jobs, { ...ALL_JOBS, search: "FLUX unet" }, null).active).toEqual(["flux"]);
    expect(groupJobs(jobs, { ...ALL_JOBS, search: "safetensors" }, null).active).toEqual(["flux", "wan"]);
    expect(groupJobs(jobs, { ...ALL_JOBS, search: "flux video" }, null).active).toEqual([]);
  });

  test("spaces alone are no search", () => {
    expect(groupJobs(jobs, { ...ALL_JOBS, search: "  " }, null).active).toHaveLength(2);
  });
});

test("place and kind narrow the list, together with the words", () => {
  const jobs = [
    makeJob({ id: "here" }),
    makeJob({ id: "there", place: { kind: "ssh", name: "h1" } }),
    makeJob({ id: "card", place: { kind: "ssh", name: "h1" }, source: { kind: "card", text: "a.md" } }),
  ];
  const active = (filter: object) => groupJobs(jobs, { ...ALL_JOBS, ...filter }, null).active;
  expect(active({ place: "h1" })).toEqual(["there", "card"]);
  expect(active({ place: "h1", kind: "card" })).toEqual(["card"]);
  expect(active({ place: "h1", kind: "card", search: "zzz" })).toEqual([]);
});

test("sorted by name, numbers count as numbers; by size, what nobody knows comes last", () => {
  const jobs = [
    makeJob({ id: "10", name: "part-10.bin", progress: { bytes_total: null } }),
    makeJob({ id: "9", name: "part-9.bin", progress: { bytes_total: 5 } }),
    makeJob({ id: "A", name: "Änderung.bin", progress: { bytes_total: 7 } }),
  ];
  expect(groupJobs(jobs, { ...ALL_JOBS, sort: "name" }, null).active).toEqual(["A", "9", "10"]);
  expect(groupJobs(jobs, { ...ALL_JOBS, sort: "size" }, null).active).toEqual(["A", "9", "10"]);
});

test("progress alone gives back the very same lists, so that nothing is drawn anew", () => {
  const before = groupJobs([makeJob({ id: "a" })], ALL_JOBS, null);
  const after = groupJobs([makeJob({ id: "a", progress: { bytes_done: 900 } })], ALL_JOBS, before);
  expect(after).toBe(before);
});

test("a change in one group leaves the lists of the others as they were", () => {
  const before = groupJobs([makeJob({ id: "a" }), makeJob({ id: "b", status: "PAUSED" })], ALL_JOBS, null);
  const after = groupJobs([makeJob({ id: "a" }), makeJob({ id: "b", status: "FAILED" })], ALL_JOBS, before);
  expect(after.active).toBe(before.active);
  expect(after.paused).toEqual([]);
  expect(after.problem).toEqual(["b"]);
});
