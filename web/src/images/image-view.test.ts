import { describe, expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { indexImageJobs, jobOf, viewImage } from "./image-view.ts";
import { makeImage } from "./testing/make-image.ts";

const LOOKED_AT = Date.parse("2026-10-01T12:00:00.000Z");
const before = "2026-10-01T11:59:00.000Z";
const after = "2026-10-01T12:01:00.000Z";
const source = { kind: "image", text: "debian-13" };
const kindOf = (job: JobMessage | null, image = makeImage()) => viewImage(image, job, LOOKED_AT).kind;

describe("an image without a download on the page", () => {
  test.each([
    ["NOT_DOWNLOADED", null, "absent"],
    ["PENDING", null, "waiting"],
    ["DOWNLOADING", null, "active"],
    ["VERIFYING", null, "verifying"],
    ["READY", "unverified", "here"],
    ["ERROR", null, "failed"],
    ["ERROR", "damaged", "damaged"],
  ] as const)("that is %s (%s) is %s", (phase, checksum_state, kind) => {
    expect(kindOf(null, makeImage({}, { phase, checksum_state }))).toBe(kind);
  });
});

describe("a download knows better than a list that is older", () => {
  test("while it runs, whatever the list says", () => {
    const job = makeJob({ source, progress: { percent: 45, bytes_done: 450, bytes_per_second: 7 } });
    expect(viewImage(makeImage({}, { phase: "NOT_DOWNLOADED" }), job, LOOKED_AT)).toMatchObject({
      kind: "active",
      percent: 45,
      bytesDone: 450,
      bytesPerSecond: 7,
    });
    expect(kindOf(makeJob({ source, progress: { stage: "verifying" } }))).toBe("verifying");
  });

  test("and once it has ended, only if that was later", () => {
    expect(kindOf(makeJob({ source, status: "COMPLETE", ended_at: after }))).toBe("here");
    expect(kindOf(makeJob({ source, status: "COMPLETE", ended_at: before }))).toBe("absent");
    expect(kindOf(makeJob({ source, status: "CANCELLED", ended_at: after }))).toBe("cancelled");
  });

  test("a failed one says what and what to do, as long as no file is here instead", () => {
    const error = { code: "not_found", message: "It is gone", advice: "Look.", retryable: false } as const;
    const job = makeJob({ source, status: "FAILED", ended_at: before, error });
    expect(viewImage(makeImage({}, { phase: "ERROR" }), job, LOOKED_AT)).toMatchObject({
      kind: "failed",
      problem: "It is gone. Look.",
    });
    expect(kindOf(job, makeImage({}, { phase: "READY" }))).toBe("here");
  });

  test("one that waits to be tried again is at work, one that is paused has no speed", () => {
    expect(kindOf(makeJob({ source, status: "PENDING", retry_at: after }))).toBe("active");
    const paused = makeJob({ source, status: "PAUSED", progress: { bytes_per_second: 9 } });
    expect(viewImage(makeImage(), paused, LOOKED_AT)).toMatchObject({ kind: "paused", bytesPerSecond: 0 });
  });
});

test("of several downloads of an image the open one counts, else the last", () => {
  const old = makeJob({ id: "1", source, status: "FAILED", ended_at: before, sequence: 1 });
  const open = makeJob({ id: "2", source, sequence: 2 });
  const last = makeJob({ id: "3", source, status: "COMPLETE", ended_at: after, sequence: 3 });
  const other = makeJob({ id: "4", source: { kind: "url", text: "debian-13" }, sequence: 9 });
  const index = indexImageJobs(new Map([old, open, last, other].map((job) => [job.id, job])));
  expect(jobOf({ id: "debian-13", job_id: old.id }, index)).toBe(open);
  const ended = indexImageJobs(new Map([old, last].map((job) => [job.id, job])));
  expect(jobOf({ id: "debian-13", job_id: null }, ended)).toBe(last);
  // An older build is a file of its own: its download is the one that the server names.
  expect(jobOf({ id: "debian-13-1.qcow2", job_id: old.id }, ended)).toBe(old);
  expect(jobOf({ id: "debian-13-1.qcow2", job_id: null }, ended)).toBeNull();
});
