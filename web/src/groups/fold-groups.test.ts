import { describe, expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { ALL_JOBS, groupJobs } from "../data/group-jobs.ts";
import { foldGroups, orderOf } from "./fold-groups.ts";
import type { GroupEntry } from "./known-groups.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 10, 21, 12, 0, second)).toISOString();
const entry = (id: string, more: Partial<GroupEntry> = {}): GroupEntry => ({
  id,
  name: id,
  createdAt: at(0),
  isOver: false,
  places: 1,
  ...more,
});
const SET = entry("set");
const OLD = entry("old", { isOver: true });

const JOBS = [
  makeJob({ id: "alone", status: "RUNNING", sequence: 1 }),
  makeJob({ id: "a", status: "RUNNING", sequence: 2, groups: ["set"] }),
  makeJob({ id: "b", status: "PENDING", sequence: 3, groups: ["set", "old"] }),
  makeJob({ id: "late", status: "COMPLETE", ended_at: at(30) }),
  makeJob({ id: "mid", status: "COMPLETE", ended_at: at(20), groups: ["old", "gone"] }),
  makeJob({ id: "early", status: "COMPLETE", ended_at: at(10) }),
];
const jobsOf = (jobs: readonly JobMessage[]) => new Map(jobs.map((job) => [job.id, job]));
const fold = (
  entries: readonly GroupEntry[],
  jobs = JOBS,
  before: ReturnType<typeof foldGroups> | null = null,
  byTime = true,
) => foldGroups(groupJobs(jobs, ALL_JOBS, null), jobsOf(jobs), entries, byTime, before);

describe("a folded list", () => {
  test("has a group for its downloads, and the others by themselves", () => {
    const { present, past, members, rest } = fold([SET, OLD]);
    expect(present).toEqual(["set"]);
    expect([...members]).toEqual([
      ["set", ["a", "b"]],
      ["old", ["b", "mid"]],
    ]);
    expect(rest).toMatchObject({ active: ["alone"], waiting: [], done: ["late", "early"] });
    // It stands where it ended: behind what ended later, before what ended earlier.
    expect(past).toEqual([{ id: "old", at: 1 }]);
  });

  test("names each download once in its order, as the rows stand", () => {
    expect(orderOf(fold([SET, OLD]))).toEqual(["a", "b", "alone", "late", "mid", "early"]);
  });

  test("leaves downloads alone whose group is gone or not known, and groups without downloads out", () => {
    const { present, members, rest } = fold([entry("empty")]);
    expect([present, members.size]).toEqual([[], 0]);
    expect(rest.active).toEqual(["alone", "a"]);
  });

  test("sorted in another way has groups that are over before the rest of the history", () => {
    expect(fold([OLD], JOBS, null, false).past).toEqual([{ id: "old", at: 0 }]);
  });

  test("is the same object while nothing but progress changed, and another one when a download came", () => {
    const before = fold([SET, OLD]);
    const moved = JOBS.map((job) => ({ ...job, progress: { ...job.progress, bytes_done: 5 } }));
    expect(fold([SET, OLD], moved, before)).toBe(before);
    const more = fold(
      [SET, OLD],
      [...JOBS, makeJob({ id: "c", status: "PENDING", groups: ["set"] })],
      before,
    );
    expect(more).not.toBe(before);
    expect(more.members.get("old")).toBe(before.members.get("old"));
  });
});
