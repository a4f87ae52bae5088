import { describe, expect, test } from "vitest";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import { isMissing, jobsByDestination, modelState } from "./model-state.ts";

const NOW = Date.parse("2026-11-21T12:00:00.000Z");
const later = "2026-11-21T12:00:05.000Z";
const earlier = "2026-11-21T11:59:00.000Z";

const absent: ModelMessage = {
  set_id: "flux",
  set_name: "Flux",
  model_id: "dev",
  name: "Flux dev",
  description: "",
  url: "https://example.org/model.safetensors",
  path: "unet/model.safetensors",
  destination: "/data/models/unet/model.safetensors",
  sha256: null,
  size: 1000,
  state: "absent",
  bytes: 0,
  check: null,
  job_id: null,
};
const present: ModelMessage = { ...absent, state: "present", bytes: 1000 };

describe("the state of a model", () => {
  test("without a download it is what lies on the disk", () => {
    expect(modelState(absent, null, NOW)).toEqual({ kind: "absent" });
    expect(modelState({ ...absent, state: "partial", bytes: 7 }, null, NOW)).toEqual({
      kind: "partial",
      bytes: 7,
    });
    expect(modelState(present, null, NOW)).toEqual({ kind: "present", bytes: 1000 });
  });

  test("a file whose bytes are not those of its entry is wrong, until a download of it is under way", () => {
    const check = { verdict: "wrong", at: earlier } as const;
    expect(modelState({ ...present, check }, null, NOW)).toEqual({ kind: "wrong", bytes: 1000 });
    expect(modelState({ ...present, check }, makeJob({ status: "RUNNING" }), NOW).kind).toBe("active");
    const right = { ...check, verdict: "right" } as const;
    expect(modelState({ ...present, check: right }, null, NOW).kind).toBe("present");
  });

  test.each([
    ["RUNNING", "active"],
    ["PENDING", "waiting"],
    ["PAUSED", "paused"],
    ["FAILED", "failed"],
  ] as const)("while its download is %s it is %s", (status, kind) => {
    expect(modelState(absent, makeJob({ status }), NOW).kind).toBe(kind);
  });

  test("a download that is about to be tried again is at work, not at the end of the queue", () => {
    expect(modelState(absent, makeJob({ status: "PENDING", retry_at: later }), NOW).kind).toBe("active");
  });

  test("a download that just ended counts at once, before the disk is looked at again", () => {
    const job = makeJob({ status: "COMPLETE", ended_at: later, progress: { bytes_done: 1000 } });
    expect(modelState(absent, job, NOW)).toEqual({ kind: "present", bytes: 1000 });
  });

  test("a file that was deleted after its download is not here any more", () => {
    expect(modelState(absent, makeJob({ status: "COMPLETE", ended_at: earlier }), NOW)).toEqual({
      kind: "absent",
    });
  });

  test("an old failure does not hide a file that is here", () => {
    expect(modelState(present, makeJob({ status: "FAILED", ended_at: earlier }), NOW).kind).toBe("present");
  });

  test("a cancelled download leaves what lies on the disk", () => {
    const partial: ModelMessage = { ...absent, state: "partial", bytes: 450 };
    expect(modelState(partial, makeJob({ status: "CANCELLED" }), NOW)).toEqual({
      kind: "partial",
      bytes: 450,
    });
  });

  test("what is paused or at work is not missing a second time", () => {
    const missing = (status: "PAUSED" | "RUNNING" | "FAILED") =>
      isMissing(modelState(absent, makeJob({ status }), NOW));
    expect(missing("PAUSED")).toBe(false);
    expect(missing("RUNNING")).toBe(false);
    expect(isMissing({ kind: "absent" })).toBe(true);
  });
});

describe("which download belongs to a file", () => {
  test("the one at work wins over those that ended, else the latest", () => {
    const old = makeJob({ id: "old", status: "FAILED", ended_at: earlier, sequence: 9 });
    const open = makeJob({ id: "open", sequence: 2 });
    const older = makeJob({ id: "older", status: "FAILED", ended_at: earlier, sequence: 1 });
    expect(jobsByDestination([old, open, older]).get(absent.destination)?.id).toBe("open");
    expect(jobsByDestination([older, old]).get(absent.destination)?.id).toBe("old");
  });

  test("downloads whose destination nobody knows yet belong to no model", () => {
    expect(jobsByDestination([makeJob({ destination: null })]).size).toBe(0);
  });
});
