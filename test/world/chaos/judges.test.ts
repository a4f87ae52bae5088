/** The judges of a chaos run find what is wrong, and nothing where nothing is. */
import { describe, expect, it } from "vitest";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { judgeEvents } from "./judge-events.ts";
import type { History } from "./judge-jobs.ts";
import { judgeEnd } from "./judge-jobs.ts";
import { judgeStarts } from "./judge-starts.ts";
import { planChaos, TROUBLES } from "./plan-chaos.ts";
import type { Work } from "./plan-work.ts";
import { planWork } from "./plan-work.ts";

const ID = "7b665f00-b43c-4a43-a3d2-8c5c3f084fe8";
const WISH = { seed: 7, seconds: 60, nodes: 3, instances: 3 };

function jobOf(status: JobMessage["status"], code: string | null = null): JobMessage {
  const error = code === null ? null : { code, message: "so it was" };
  return { id: ID, name: "file-1.bin", status, error } as unknown as JobMessage;
}

function historyOf(...lines: [to: string, reason: string, code?: string][]): History {
  return lines.map(([to, reason, code], index) => {
    return { at: "", from: index === 0 ? null : lines[index - 1]?.[0], to, reason, code: code ?? null };
  }) as History;
}

const WHOLE = historyOf(["PENDING", "added"], ["RUNNING", "taken up by alpha/1"], ["COMPLETE", "complete"]);
const work = { kind: "file", name: "file-1.bin", fails: null } as Work;

describe("the schedule", () => {
  it("is the same for the same seed, and another for another", () => {
    const plan = planChaos({ ...WISH, without: [] });
    expect(planChaos({ ...WISH, without: [] })).toEqual(plan);
    expect(planChaos({ ...WISH, seed: 8, without: [] })).not.toEqual(plan);
    const perMinute = { file: 9, sent: 3, card: 3 };
    expect(planWork({ ...WISH, perMinute })).toEqual(planWork({ ...WISH, perMinute }));
  });

  it("has every kind of trouble in two minutes, ends in time, and nothing is in two troubles at a time", () => {
    for (let seed = 1; seed <= 40; seed += 1) {
      const plan = planChaos({ ...WISH, seconds: 120, seed, without: [] });
      expect(new Set(plan.map(({ kind }) => kind)).size).toBe(Object.keys(TROUBLES).length);
      const until = new Map<string, number>();
      for (const { kind, at, lasts, target } of plan) {
        const what = `${TROUBLES[kind].on} ${target}`;
        expect(at).toBeGreaterThanOrEqual(until.get(what) ?? 0);
        until.set(what, at + lasts);
        expect(at + lasts).toBeLessThanOrEqual(120_000);
      }
    }
  });
});

describe("the end of a job", () => {
  it("is well when it is whole, or failed with what is wrong with its file", () => {
    expect(judgeEnd(jobOf("COMPLETE"), WHOLE, work, false)).toEqual([]);
    const gone = historyOf(["PENDING", "added"], ["RUNNING", "taken up"], ["FAILED", "gone", "gone"]);
    expect(judgeEnd(jobOf("FAILED", "gone"), gone, { ...work, fails: "gone" }, false)).toEqual([]);
  });

  it.each<[string, JobMessage, History, Partial<Work>, string]>([
    ["failed", jobOf("FAILED", "connection_lost"), WHOLE, {}, "failed with connection_lost"],
    ["failed by our mistake", jobOf("FAILED", "internal"), WHOLE, { fails: "gone" }, "failed with internal"],
    ["is complete though it cannot be", jobOf("COMPLETE"), WHOLE, { fails: "gone" }, "though it is gone"],
    ["was cancelled by nobody", jobOf("CANCELLED"), WHOLE, {}, "cancelled by nobody"],
    ["has not ended", jobOf("RUNNING"), WHOLE, {}, "is RUNNING in the end"],
    ["has a hole in its history", jobOf("COMPLETE"), WHOLE.toSpliced(1, 1), {}, "has a hole"],
    [
      "was once put off for a reason that is none",
      jobOf("COMPLETE"),
      historyOf(["PENDING", "added"], ["RUNNING", ""], ["PENDING", "", "disk_failed"], ["COMPLETE", ""]),
      {},
      "went to PENDING for disk_failed",
    ],
  ])("is not well where it %s", (_, job, history, more, words) => {
    expect(judgeEnd(job, history, { ...work, ...more }, false).join("\n")).toContain(words);
  });
});

describe("commands on instances", () => {
  const all = [{ job: jobOf("COMPLETE"), history: WHOLE }];
  const line = (run: number): string => `store-${ID}-${run}-0`;

  it("may begin once for each attempt", () => {
    expect(judgeStarts([line(1)], all, [0])).toEqual([]);
    const again = historyOf(
      ["PENDING", "added"],
      ["RUNNING", ""],
      ["PENDING", "will be tried again: lost"],
      ["RUNNING", ""],
      ["COMPLETE", ""],
    );
    expect(judgeStarts([line(1), line(2)], [{ job: jobOf("COMPLETE"), history: again }], [0])).toEqual([]);
  });

  it.each([
    ["twice in one run", [line(1), line(1)], "began 2 times in 1 runs"],
    ["again though nobody wanted another attempt", [line(1), line(2)], "had 2 runs in 1 attempts"],
    ["never", [], "never began"],
    ["of a job that is not known", [`store-${ID.replace("7", "8")}-1-0`, line(1)], "which is no job"],
  ])("must not begin %s", (_, lines, words) => {
    expect(judgeStarts(lines, all, [0]).join("\n")).toContain(words);
  });
});

describe("events", () => {
  const all = [{ job: jobOf("COMPLETE"), history: WHOLE }];
  const changes = new Map([[ID, 9]]);
  const told = (...statuses: [number, JobMessage["status"]][]): string =>
    judgeEvents(
      { name: "alpha", seen: statuses.map(([cursor, status]) => ({ cursor, job: jobOf(status) })) },
      all,
      changes,
    ).join("\n");

  it("may leave out what was over before it could be told", () => {
    expect(told([1, "PENDING"], [4, "RUNNING"], [9, "COMPLETE"])).toBe("");
    expect(told([9, "COMPLETE"])).toBe("");
  });

  it("must not be lost, out of order, or of what was not so", () => {
    expect(told()).toContain("never told of");
    expect(told([4, "RUNNING"])).toContain("up to 4, though 9 came");
    expect(told([9, "RUNNING"])).toContain("told last that file-1.bin is RUNNING");
    expect(told([1, "RUNNING"], [4, "PENDING"], [9, "COMPLETE"])).toContain("whose history is");
    expect(told([4, "FAILED"], [9, "COMPLETE"])).toContain("whose history is");
  });
});
