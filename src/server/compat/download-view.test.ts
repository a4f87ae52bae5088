import { describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { JobState } from "../../job/job-state.ts";
import type { CommandStep, Job } from "../../job/job.ts";
import type { ToolProgress } from "../../job/output-contract.ts";
import type { CommandProgress, Progress } from "../../job/progress.ts";
import { initialProgress } from "../../job/progress.ts";
import { LOG_START } from "../../job/run-contract.ts";
import { DownloadMessage } from "../../wire/downloads.ts";
import { toDownload } from "./download-view.ts";
import { toQueueEntry } from "./queue-entry.ts";

const MIB = 1024 * 1024;
const AT = Date.parse("2025-11-24T20:00:00Z");
const HOST = { instanceId: "109_231_106_68", connection: "ssh -p 44686 root@109.231.106.68" };

function command(line: string, shown = line): CommandStep {
  return {
    kind: "command",
    line,
    shown,
    title: null,
    tool: "wget",
    environment: { UI_HOME: "/workspace/ComfyUI" },
    expects: [],
    resumes: true,
    isPlainFetch: false,
  };
}

const WAITING: JobState = {
  kind: "pending",
  step: 0,
  notBefore: 0,
  failures: 0,
  lastFailure: null,
  detached: false,
  wish: null,
};

function job(
  state: JobState,
  progress: Partial<Progress> = {},
  steps = [command("a"), command("b"), command("c")],
): Job {
  return {
    id: "550e8400-e29b-41d4-a716-446655440000",
    sequence: 1,
    source: { kind: "card", filepath: "loras/wan21_fusionx.md" },
    place: { kind: "ssh", hostId: "h" },
    steps,
    name: "Wan 2.1 FusionX",
    destination: null,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
    waitsFor: null,
    runsNow: false,
    groups: [],
    createdAt: AT,
    updatedAt: AT,
    startedAt: null,
    endedAt: null,
    state,
    progress: { ...initialProgress(null), ...progress },
    checksumState: null,
  };
}

function running(step: number): JobState {
  return { kind: "running", step, failures: 0, lease: { owner: "x", epoch: 1, expiresAt: AT }, wish: null };
}

function at(share: number | null, event: Partial<ToolProgress> = {}): CommandProgress {
  return {
    run: 1,
    step: 0,
    event: {
      type: "progress",
      stage: "model",
      name: "Test LoRA Model",
      filename: null,
      percent: 99,
      downloaded: "2",
      total: "3",
      speed: null,
      eta: null,
      bytes_done: null,
      bytes_total: null,
      bytes_per_second: null,
      eta_seconds: null,
      all: { files_done: 0, files: 1, bytes_done: null, bytes_total: null },
      ...event,
    },
    share,
    begun: true,
    bytesBefore: 0,
    bytesHere: 0,
    next: LOG_START,
    loggedTo: 0,
    loggedFrom: 0,
  };
}

function view(of: Job, host: typeof HOST | null = HOST): DownloadMessage {
  const message = toDownload(of, host);
  expect(DownloadMessage.parse(message)).toEqual(message);
  return message;
}

describe("a job as old system C sees it", () => {
  it("has the old fields, and what they mean", () => {
    expect(view(job(WAITING))).toEqual({
      id: "550e8400-e29b-41d4-a716-446655440000",
      instance_id: "109_231_106_68",
      ssh_connection: "ssh -p 44686 root@109.231.106.68",
      added_at: "2025-11-24T20:00:00.000Z",
      status: "PENDING",
      total_commands: 3,
      command_index: 0,
      progress: {
        type: "progress",
        stage: "download",
        percent: null,
        downloaded: null,
        total: null,
        speed: null,
        eta: null,
        name: "Wan 2.1 FusionX",
        bytes_done: null,
        bytes_total: null,
        bytes_per_second: null,
        eta_seconds: null,
      },
      updated_at: "2025-11-24T20:00:00.000Z",
      commands: ["a", "b", "c"],
      resource_paths: ["loras/wan21_fusionx.md"],
      display_name: "Wan 2.1 FusionX",
    });
  });

  it("says sizes, speed and time left in words and in numbers while it runs", () => {
    const progress = {
      stage: "downloading" as const,
      bytesDone: 45 * MIB,
      bytesTotal: 100 * MIB,
      bytesPerSecond: 10.5 * MIB,
      movedAt: AT + 90_000,
      command: at(0.456, { filename: "model.safetensors" }),
    };
    expect(view(job(running(0), progress))).toMatchObject({
      status: "RUNNING",
      command_index: 1,
      updated_at: "2025-11-24T20:01:30.000Z",
      progress: {
        type: "progress",
        stage: "model",
        percent: 45,
        downloaded: "45.0MiB",
        total: "100.0MiB",
        speed: "10.5MiB/s",
        eta: "5s",
        name: "Test LoRA Model",
        filename: "model.safetensors",
        bytes_done: 45 * MIB,
        bytes_total: 100 * MIB,
        bytes_per_second: 11_010_048,
        eta_seconds: 5,
      },
    });
  });

  it("counts pictures where the tool counts pictures", () => {
    const { progress } = view(
      job(running(0), { stage: "downloading", command: at(null, { stage: "images" }) }),
    );
    expect(progress).toMatchObject({
      stage: "images",
      downloaded: "2",
      total: "3",
      bytes_done: null,
      percent: null,
    });
  });

  it("says that the link is down, and keeps the figures", () => {
    const { progress, status } = view(job(running(1), { stage: "reconnecting", command: at(0.5) }));
    expect(status).toBe("RUNNING");
    expect(progress).toMatchObject({ stage: "reconnecting", percent: 50, name: "Test LoRA Model" });
  });

  it("shows 100 percent only when all of it is there", () => {
    expect(view(job(running(2), { stage: "downloading", command: at(1) })).progress.percent).toBe(99);
    expect(view(job({ kind: "complete" })).progress).toMatchObject({ type: "stage_complete", percent: 100 });
  });

  it.each<[string, JobState, number, number]>([
    ["waits at its second command", { ...WAITING, step: 1 }, 1, 1],
    ["runs its second command", running(1), 2, 1],
    ["failed at its second command", { kind: "failed", step: 1, failure: failure("gone", "G.") }, 2, 1],
    ["was paused", { kind: "paused", step: 1, why: "person", note: null }, 1, 1],
    ["was cancelled", { kind: "cancelled", step: 2 }, 2, 2],
    ["is complete", { kind: "complete" }, 3, 2],
  ])("counts commands from 1 in the status and from 0 in the queue: %s", (_, state, shown, queued) => {
    expect(view(job(state)).command_index).toBe(shown);
    expect(toQueueEntry(job(state), HOST)).toMatchObject({ command_index: queued, total_commands: 3 });
  });

  it("names host and port whose key has to be accepted", () => {
    const question = {
      kind: "host_key_unknown" as const,
      host: "109.231.106.68",
      port: 44686,
      fingerprints: [],
      keyLines: [],
    };
    expect(view(job({ kind: "blocked", step: 0, question }))).toMatchObject({
      status: "HOST_VERIFICATION_NEEDED",
      host_verification_needed: true,
      host: "109.231.106.68",
      port: 44686,
    });
    expect(view(job(WAITING))).not.toHaveProperty("host_verification_needed");
  });

  it("says why it failed and what to do, without secrets", () => {
    const state: JobState = {
      kind: "failed",
      step: 0,
      failure: failure("not_found", "wget: https://x.org/a?token=hunter2 answered 404."),
    };
    const { error } = view(job(state));
    expect(error).toBe(
      "wget: https://x.org/a?token=*** answered 404. Check the address; the file may have been moved or removed.",
    );
    expect(toQueueEntry(job(state), HOST)).toMatchObject({ error });
  });

  it("shows commands without their secrets", () => {
    const steps = [command("civitdl -k hunter2 12 /m", "civitdl -k *** 12 /m")];
    expect(
      JSON.stringify([view(job(WAITING, {}, steps)), toQueueEntry(job(WAITING, {}, steps), HOST)]),
    ).not.toContain("hunter2");
  });

  it("of an instance that is forgotten still has an instance", () => {
    expect(view(job({ kind: "complete" }), null).instance_id).toBe("h");
  });
});
