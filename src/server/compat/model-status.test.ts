import { describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { JobState } from "../../job/job-state.ts";
import type { Job } from "../../job/job.ts";
import { initialProgress } from "../../job/progress.ts";
import { ModelStatus } from "../../wire/models.ts";
import { toModelStatus } from "./model-status.ts";

const GIB = 1024 ** 3;
const LEASE = { owner: "here/1", epoch: 1, expiresAt: 0 };
const RUNNING: JobState = { kind: "running", step: 0, failures: 0, lease: LEASE, wish: null };
const PENDING: JobState = {
  kind: "pending",
  step: 0,
  notBefore: 0,
  failures: 0,
  lastFailure: null,
  detached: false,
  wish: null,
};

function job(state: JobState, more: Partial<Job> = {}, bytes: Partial<Job["progress"]> = {}): Job {
  const url = "https://example.org/model.safetensors?token=hunter2";
  const step = {
    kind: "transfer",
    url,
    mirrors: [],
    folder: "/m",
    name: "model.safetensors",
    size: null,
  } as const;
  return {
    id: "0198c2f0-0000-7000-8000-000000000000",
    sequence: 1,
    source: { kind: "url", url },
    place: { kind: "node", name: "here" },
    steps: [{ ...step, checksum: null, headers: {}, ifExists: "adopt" }],
    name: "model.safetensors",
    destination: "/m/model.safetensors",
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
    waitsFor: null,
    runsNow: false,
    groups: [],
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_001_000,
    startedAt: 1_700_000_000_500,
    endedAt: null,
    state,
    progress: { ...initialProgress(null), ...bytes },
    checksumState: null,
    ...more,
  };
}

describe("a job in the old model downloader's words", () => {
  it.each<[string, JobState, Partial<ModelStatus>]>([
    ["waiting", PENDING, { status: "starting" }],
    ["at work", RUNNING, { status: "downloading" }],
    [
      "paused",
      { kind: "paused", step: 0, why: "person", note: null },
      { status: "downloading", paused: true },
    ],
    [
      "without space",
      { kind: "paused", step: 0, why: "no_space", note: "x" },
      { status: "downloading", paused: true },
    ],
    ["complete", { kind: "complete" }, { status: "completed", progress: 100 }],
    [
      "failed",
      { kind: "failed", step: 0, failure: failure("not_found", "No https://a/b?token=hunter2 there.") },
      {
        status: "error",
        error: "No https://a/b?token=*** there. Check the address; the file may have been moved or removed.",
      },
    ],
    ["cancelled", { kind: "cancelled", step: 0 }, { status: "error", error: "Cancelled by a person." }],
  ])("%s", (_, state, expected) => {
    const status = toModelStatus(job(state));
    expect(ModelStatus.parse(status)).toMatchObject(expected);
    expect(status).toMatchObject({ url: "https://example.org/model.safetensors?token=***" });
    expect(JSON.stringify(status)).not.toContain("hunter2");
    for (const [name, without] of [
      ["paused", state.kind !== "paused"],
      ["completion_time", state.kind !== "complete"],
      ["error", state.kind !== "failed" && state.kind !== "cancelled"],
    ] as const) {
      if (without) expect(status).not.toHaveProperty(name);
    }
  });

  it("gives numbers in the old units", () => {
    const bytes = {
      bytesTotal: 4 * GIB,
      bytesDone: GIB,
      bytesPerSecond: 10 * 1024 * 1024,
      movedAt: 1_700_000_009_000,
    };
    expect(toModelStatus(job(RUNNING, {}, bytes))).toMatchObject({
      progress: 25,
      start_time: 1_700_000_000.5,
      timestamp: 1_700_000_009,
      file_size: 4 * GIB,
      downloaded: GIB,
      speed: 10 * 1024 * 1024,
      eta: 307.2,
      file_size_mb: 4096,
      downloaded_mb: 1024,
      speed_mb: 10,
      eta_minutes: 5.1,
    });
  });

  it("gives zeros, never null, for what is not known", () => {
    const status = toModelStatus(job(RUNNING, {}, { bytesDone: 5 }));
    expect(status).toMatchObject({
      progress: 0,
      file_size: 0,
      downloaded: 5,
      speed: 0,
      eta: 0,
      eta_minutes: 0,
    });
  });

  it("does not move while nobody works on it", () => {
    const bytes = { bytesTotal: 100, bytesDone: 50, bytesPerSecond: 10 };
    expect(toModelStatus(job(PENDING, {}, bytes))).toMatchObject({ progress: 50, speed: 0, eta: 0 });
  });

  it("says when it was complete", () => {
    const status = toModelStatus(
      job({ kind: "complete" }, { endedAt: 1_700_000_100_000 }, { bytesDone: 7, bytesTotal: 7 }),
    );
    expect(status).toMatchObject({
      progress: 100,
      completion_time: 1_700_000_100,
      downloaded: 7,
      file_size: 7,
    });
  });

  it("has no word for a job that waits for a person to accept a host key", () => {
    const question = {
      kind: "host_key_unknown",
      host: "h",
      port: 22,
      fingerprints: [],
      keyLines: [],
    } as const;
    expect(toModelStatus(job({ kind: "blocked", step: 0, question }))).toBeNull();
  });
});
