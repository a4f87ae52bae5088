import { describe, expect, test } from "vitest";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { commandOf, stageOf, taskTag } from "./task-tag.ts";
import { countTasks, tasksByPlace } from "./tasks-by-place.ts";

const PROGRESS = { percent: null, command: null, note: null } as unknown as JobMessage["progress"];

function job(some: Partial<JobMessage>): JobMessage {
  const step = { kind: "command", line: "wget x", title: "The model", tool: "wget", expects: [] };
  return {
    id: "1",
    status: "PENDING",
    source: { kind: "card", text: "loras/x.md" },
    place: { kind: "ssh", name: "host-1" },
    steps: [step, step, step],
    step: 1,
    progress: PROGRESS,
    retry_at: null,
    priority: 0,
    sequence: 1,
    ...some,
  } as unknown as JobMessage;
}

describe("the tag of a task", () => {
  test("is the old page's, sign and word", () => {
    const tag = (some: Partial<JobMessage>): string => {
      const { icon, label } = taskTag(job(some));
      return `${icon} ${label}`;
    };
    expect(tag({ status: "PENDING" })).toBe("⏳ Queued");
    expect(tag({ status: "RUNNING", progress: { ...PROGRESS, percent: 45 } })).toBe("⬇️ 45%");
    expect(tag({ status: "RUNNING" })).toBe("⬇️ Downloading…");
    expect(tag({ status: "COMPLETE" })).toBe("✅ Complete");
    expect(tag({ status: "FAILED" })).toBe("❌ Failed");
    expect(tag({ status: "HOST_VERIFICATION_NEEDED" })).toBe("🔐 Verify Host");
  });

  test("tells which command of how many is at work, and none where it says nothing", () => {
    expect(commandOf(job({ status: "RUNNING" }))).toEqual({ index: 2, count: 3 });
    expect(commandOf(job({ status: "FAILED", step: 2 }))).toEqual({ index: 3, count: 3 });
    expect(commandOf(job({ status: "COMPLETE", step: 3 }))).toBeNull();
    expect(commandOf(job({ status: "RUNNING", step: 0, steps: [] }))).toBeNull();
  });

  test("tells what the tool is at, else what the command is for", () => {
    const said = {
      ...PROGRESS,
      command: { filename: "vae.safetensors", name: null },
    } as unknown as JobMessage["progress"];
    expect(stageOf(job({ status: "RUNNING", progress: said }))).toBe("vae.safetensors");
    expect(stageOf(job({ status: "RUNNING" }))).toBe("The model");
    expect(stageOf(job({ status: "FAILED" }))).toBeNull();
  });
});

describe("the tasks of a machine", () => {
  const all = [
    job({ id: "done", status: "COMPLETE", sequence: 1 }),
    job({ id: "late", sequence: 7, priority: 0 }),
    job({ id: "first", sequence: 9, priority: 5 }),
    job({ id: "asks", status: "HOST_VERIFICATION_NEEDED", sequence: 3 }),
    job({ id: "at work", status: "RUNNING", sequence: 4 }),
    job({ id: "here", place: { kind: "node", name: "here" } }),
    job({ id: "a file", place: { kind: "node", name: "here" }, source: { kind: "url", text: "x" } }),
    job({ id: "elsewhere", place: { kind: "ssh", name: "host-2" }, source: { kind: "url", text: "x" } }),
  ];

  test("are those of its host, what is at work first; of this machine only what cards ask for", () => {
    const ids = Object.fromEntries(
      [...tasksByPlace(all)].map(([place, tasks]) => [String(place), tasks.map(({ id }) => id)]),
    );
    expect(ids).toEqual({
      "host-1": ["at work", "asks", "first", "late", "done"],
      null: ["here"],
      "host-2": ["elsewhere"],
    });
  });

  test("are counted by what they need", () => {
    expect(countTasks(tasksByPlace(all).get("host-1") ?? [])).toEqual({
      running: 1,
      waiting: 2,
      problems: 1,
      paused: 0,
    });
  });
});
