import { describe, expect, it } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import type { ProgressReport } from "../job/progress.ts";
import { initialProgress } from "../job/progress.ts";
import { ProgressMeter } from "./progress-meter.ts";

const report = (bytesDone: number, more: Partial<ProgressReport> = {}): ProgressReport => ({
  stage: "downloading",
  bytesDone,
  bytesTotal: 1000,
  connections: 1,
  bytesVerified: null,
  note: null,
  restarts: 0,
  ...more,
});

describe("ProgressMeter", () => {
  it("makes one fact of a flood of reports, with the speed they came at", async () => {
    const clock = new FakeClock();
    const meter = new ProgressMeter(clock);
    meter.begin("a", initialProgress(null));
    for (let bytes = 0; bytes <= 800; bytes += 100) {
      for (let part = 0; part < 100; part += 1) meter.take("a", report(bytes));
      meter.settle();
      await clock.advance(500);
    }
    const progress = meter.progressOf("a");
    expect(progress?.bytesDone).toBe(800);
    expect(progress?.bytesTotal).toBe(1000);
    expect(progress?.bytesPerSecond).toBeCloseTo(200, 0);
  });

  it("does not take the bytes a resumed file has already for speed", async () => {
    const clock = new FakeClock();
    const meter = new ProgressMeter(clock);
    meter.begin("a", initialProgress(1000));
    meter.take("a", report(0, { stage: "connecting" }));
    meter.settle();
    for (const bytes of [500, 510, 520, 530]) {
      await clock.advance(500);
      meter.take("a", report(bytes));
      meter.settle();
    }
    expect(meter.progressOf("a")?.bytesPerSecond).toBeCloseTo(20, 0);
  });

  it("keeps no reference to a report that its owner reuses", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", initialProgress(null));
    const reused = report(10);
    meter.take("a", reused);
    meter.settle();
    reused.bytesDone = 999;
    meter.settle();
    expect(meter.progressOf("a")?.bytesDone).toBe(10);
  });

  it("shows no fewer bytes than before while a resumed run fetches the last seconds again", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", { ...initialProgress(1000), bytesDone: 500 });
    meter.take("a", report(480));
    meter.settle();
    expect(meter.progressOf("a")).toMatchObject({ bytesDone: 500, attempt: 1 });
    meter.take("a", report(510));
    meter.settle();
    expect(meter.progressOf("a")).toMatchObject({ bytesDone: 510, attempt: 1 });
  });

  it("counts a new attempt when the bytes begin anew, once per fresh start", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", initialProgress(1000));
    meter.take("a", report(600));
    meter.settle();
    meter.take("a", report(0, { restarts: 1 }));
    meter.take("a", report(20, { restarts: 1 }));
    meter.settle();
    meter.take("a", report(30, { restarts: 1 }));
    meter.settle();
    expect(meter.progressOf("a")).toMatchObject({ bytesDone: 30, attempt: 2 });
  });

  it("owns up to zero bytes when the partial of the run before is gone", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", { ...initialProgress(1000), bytesDone: 500 });
    meter.take("a", report(0, { stage: "connecting" }));
    meter.settle();
    expect(meter.progressOf("a")?.bytesDone).toBe(500);
    meter.take("a", report(0));
    meter.settle();
    expect(meter.progressOf("a")).toMatchObject({ bytesDone: 0, attempt: 2 });
  });

  it("tells each reader only what moved since it last asked", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", initialProgress(1000));
    meter.begin("b", initialProgress(1000));
    meter.take("a", report(1));
    meter.settle();
    const first = meter.movedSince(0);
    expect(first.jobs.map(({ id }) => id)).toEqual(["a"]);
    expect(meter.movedSince(first.version).jobs).toEqual([]);
    meter.take("b", report(2));
    meter.settle();
    expect(meter.movedSince(first.version).jobs.map(({ id }) => id)).toEqual(["b"]);
  });

  it("forgets a job that ended, late reports included", () => {
    const meter = new ProgressMeter(new FakeClock());
    meter.begin("a", initialProgress(1000));
    meter.end("a");
    meter.take("a", report(5));
    expect(meter.settle()).toEqual([]);
    expect(meter.progressOf("a")).toBeNull();
  });

  it("gives everybody who asks at once the same list, and no job that has ended meanwhile", () => {
    const meter = new ProgressMeter(new FakeClock());
    for (const id of ["a", "b"]) {
      meter.begin(id, initialProgress(null));
      meter.take(id, report(100));
    }
    meter.settle();
    const { jobs, version } = meter.movedSince(0);
    expect(jobs.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(meter.movedSince(0).jobs).toBe(jobs);
    expect(meter.movedSince(version).jobs).toEqual([]);
    meter.end("a");
    expect(meter.movedSince(0).jobs.map(({ id }) => id)).toEqual(["b"]);
    meter.take("b", report(200));
    meter.settle();
    expect(meter.movedSince(version).jobs.map(({ progress }) => progress.bytesDone)).toEqual([200]);
  });
});
