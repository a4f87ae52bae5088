import { describe, expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { jobWords } from "./job-words.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");

describe("what a running job is doing", () => {
  test.each([
    [null, "Starting"],
    ["connecting", "Connecting"],
    ["downloading", "Downloading"],
    ["waiting", "Waiting"],
    ["placing", "Placing"],
    ["reconnecting", "Reconnecting"],
  ] as const)("stage %s is called %s", (stage, label) => {
    expect(jobWords(makeJob({ progress: { stage } }), NOW).label).toBe(label);
  });

  test("verifying tells how far the hash is, and never 100 % before the end", () => {
    const verifying = (bytes_verified: number | null) =>
      jobWords(makeJob({ progress: { stage: "verifying", bytes_verified } }), NOW).label;
    expect(verifying(620)).toBe("Verifying 62\u00a0%");
    expect(verifying(1000)).toBe("Verifying 99\u00a0%");
    expect(verifying(null)).toBe("Verifying");
  });

  test("the server's note is told", () => {
    const job = makeJob({ progress: { stage: "waiting", note: "the server asks for patience" } });
    expect(jobWords(job, NOW)).toEqual({ label: "Waiting", detail: "the server asks for patience" });
  });

  test("a pause or cancel that is under way is what the person sees", () => {
    expect(jobWords(makeJob({ wish: "pause" }), NOW).label).toBe("Pausing");
    expect(jobWords(makeJob({ wish: "cancel", status: "PENDING" }), NOW).label).toBe("Cancelling");
  });
});

describe("what a job waits for", () => {
  test("the next try counts down and says why the last one failed", () => {
    const job = makeJob({
      status: "PENDING",
      retry_at: "2026-11-21T12:00:08.000Z",
      error: { code: "server_error", message: "The server answered 503.", advice: "", retryable: true },
    });
    expect(jobWords(job, NOW)).toEqual({ label: "Retry in 8\u00a0s", detail: "The server answered 503." });
  });

  test("a full disk says that nothing has to be done once there is space", () => {
    const paused = { why: "no_space", note: "12 GB are missing on /data" } as const;
    expect(jobWords(makeJob({ status: "PAUSED", paused }), NOW)).toEqual({
      label: "Disk full",
      detail: "12 GB are missing on /data. It goes on by itself when space returns.",
    });
  });

  test("a closed hour says until when, and that nothing has to be done", () => {
    const until = new Date(2026, 10, 21, 18).toISOString();
    const waiting = { why: "window", until, job: null } as const;
    const at = new Date(2026, 10, 21, 12).getTime();
    const words = { label: "Outside its hours", detail: "Until 06:00 PM; then it goes on by itself." };
    expect(jobWords(makeJob({ status: "PENDING", waiting }), at)).toEqual(words);
    const paused = { why: "window", note: "Downloads may not run at this hour." } as const;
    expect(jobWords(makeJob({ status: "PAUSED", paused, waiting }), at)).toEqual(words);
    expect(jobWords(makeJob({ status: "PENDING", waiting: { ...waiting, until: null } }), at).detail).toBe(
      "Downloads are switched off.",
    );
  });

  test("a pause by a person needs no explanation", () => {
    const job = makeJob({ status: "PAUSED", paused: { why: "person", note: null } });
    expect(jobWords(job, NOW)).toEqual({ label: "Paused", detail: null });
  });

  test("says which machine is waited for, or what it has to have", () => {
    const at = { why: "machine", until: null, job: null } as const;
    const words = (waiting: Partial<NonNullable<JobMessage["waiting"]>>): string => {
      const { label, detail } = jobWords(makeJob({ status: "PENDING", waiting: { ...at, ...waiting } }), NOW);
      return `${label}: ${detail}`;
    };
    const since = "2026-11-21T11:00:00.000Z";
    // An older server says no more.
    expect(words({ node: "gpu-1", since })).toMatch(/^Machine away: Its machine gpu-1 is away since .+\.$/);
    expect(words({ machine: "away", node: "gpu-1" })).toBe("Machine away: Its machine gpu-1 is not there.");
    expect(words({ machine: "draining", node: "gpu-1", since })).toBe(
      "Machine rests: Its machine gpu-1 takes up nothing new.",
    );
    expect(words({ machine: "missing", needs: { disk: "nvme", site: "fra" } })).toBe(
      "No machine for it: No machine that takes up jobs has disk=nvme,site=fra.",
    );
    expect(words({ machine: "missing", needs: {} })).toBe(
      "No machine for it: No machine takes up jobs at present.",
    );
  });
});
