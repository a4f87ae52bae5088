import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock, settle } from "../../../test/world/fake-clock.ts";
import { ScriptedTransfers } from "../../../test/world/scripted-transfers.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { Gauge } from "./gauge.ts";
import { getFile } from "./get-file.ts";
import type { GetResult } from "./get-file.ts";

let folder: string;
let clock: FakeClock;
let transfers: ScriptedTransfers;
let gauge: Gauge;
let stop: AbortController;
let waits: { failure: Failure; seconds: number }[];
let step: TransferStep;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-get-"));
  clock = new FakeClock();
  transfers = new ScriptedTransfers();
  gauge = new Gauge(clock);
  stop = new AbortController();
  waits = [];
  step = {
    kind: "transfer",
    url: "https://a.example/x.bin",
    mirrors: [],
    folder,
    name: "x.bin",
    size: null,
    checksum: null,
    headers: {},
    ifExists: "refuse",
  };
});
afterEach(() => rmSync(folder, { recursive: true }));

function begin(): Promise<GetResult> {
  const watcher = {
    named: () => null,
    resolved: () => {},
    waiting: (why: Failure, seconds: number) => void waits.push({ failure: why, seconds }),
  };
  const parts = { run: transfers.run, clock, random: () => 1, connections: null };
  return getFile(step, gauge, watcher, parts, stop.signal);
}

const resolve = (index: number): Promise<unknown> | undefined =>
  transfers.runs[index]?.watcher.resolved({ path: join(folder, "x.bin"), name: "x.bin", size: 1000 });
const lost = failure("connection_lost", "The connection was lost.");

describe("a download that fails on the way", () => {
  it("is tried again after growing pauses, and goes on counting from zero when bytes came", async () => {
    const result = begin();
    for (let nth = 0; nth < 5; nth++) {
      await transfers.begun(nth);
      await resolve(nth);
      transfers.runs[nth]?.finish({ kind: "failed", failure: lost, bytesCame: nth === 3 });
      await settle();
      await clock.advance(120_000);
    }
    expect(waits.map(({ seconds }) => seconds)).toEqual([2, 4, 8, 2, 4]);
    (await transfers.begun(5)).complete();
    expect(await result).toMatchObject({ kind: "done" });
  });

  it("obeys the time the server asks for", async () => {
    void begin();
    await transfers.begun(0);
    const busy = failure("rate_limited", "429", { retryAt: clock.now() + 90_000 });
    transfers.runs[0]?.finish({ kind: "failed", failure: busy, bytesCame: false });
    await settle();
    expect(waits).toEqual([{ failure: busy, seconds: 90 }]);
    await clock.advance(89_000);
    expect(transfers.runs).toHaveLength(1);
    await clock.advance(2_000);
    expect(transfers.runs).toHaveLength(2);
  });

  it("is given up after six runs without a byte, and says what is kept", async () => {
    writeFileSync(join(folder, "x.bin.part"), "");
    const result = begin();
    for (let nth = 0; nth < 6; nth++) {
      await transfers.begun(nth);
      await resolve(nth);
      transfers.runs[nth]?.move(400);
      transfers.runs[nth]?.finish({ kind: "failed", failure: lost, bytesCame: false });
      await settle();
      await clock.advance(120_000);
    }
    const path = join(folder, "x.bin");
    expect(await result).toEqual({ kind: "failed", failure: lost, path, bytesKept: 400 });
    expect(transfers.runs).toHaveLength(6);
  });

  it("keeps nothing where the bytes turned out to be the wrong ones", async () => {
    const result = begin();
    await transfers.begun(0);
    await resolve(0);
    transfers.runs[0]?.move(1000);
    const wrong = failure("checksum_mismatch", "not the same");
    transfers.runs[0]?.finish({ kind: "failed", failure: wrong, bytesCame: true });
    expect(await result).toMatchObject({ kind: "failed", bytesKept: 0 });
    expect(waits).toEqual([]);
  });

  it("is not tried again where the host never answered: the run has tried often enough", async () => {
    const result = begin();
    await transfers.begun(0);
    const dns = failure("dns_failed", "no such host");
    transfers.runs[0]?.finish({ kind: "failed", failure: dns, bytesCame: false });
    expect(await result).toMatchObject({ kind: "failed", failure: dns });
  });

  it("says at once that somebody else writes the file, whether or not that can be proven", async () => {
    const result = begin();
    await transfers.begun(0);
    await resolve(0);
    const busy = failure("destination_busy", "being written", {
      retryable: true,
      retryAt: clock.now() + 90_000,
    });
    transfers.runs[0]?.finish({ kind: "failed", failure: busy, bytesCame: false });
    expect(await result).toMatchObject({ kind: "failed", failure: busy });
    expect(waits).toEqual([]);
  });

  it("says at once that the disk is full", async () => {
    const result = begin();
    await transfers.begun(0);
    transfers.runs[0]?.finish({ kind: "no_space", message: "3 GB are missing.", neededBytes: 3e9 });
    expect(await result).toMatchObject({
      kind: "failed",
      failure: { code: "no_space", message: "3 GB are missing.", advice: expect.stringContaining("again") },
    });
  });
});

describe("a download that is interrupted", () => {
  it("stops while it runs", async () => {
    const result = begin();
    await transfers.begun(0);
    stop.abort();
    expect(await result).toEqual({ kind: "interrupted", path: join(folder, "x.bin"), bytesKept: 0 });
  });

  it("stops while it waits for its next try", async () => {
    const result = begin();
    await transfers.begun(0);
    await resolve(0);
    transfers.runs[0]?.finish({ kind: "failed", failure: lost, bytesCame: false });
    await settle();
    stop.abort();
    expect(await result).toMatchObject({ kind: "interrupted" });
    expect(transfers.runs).toHaveLength(1);
  });

  it("is done all the same if the last byte was there before", async () => {
    transfers.deaf = true;
    const result = begin();
    await transfers.begun(0);
    stop.abort();
    transfers.runs[0]?.complete();
    expect(await result).toMatchObject({ kind: "done" });
  });
});

describe("what is shown meanwhile", () => {
  it("never goes back, and begins anew only when the bytes do", async () => {
    void begin();
    const run = await transfers.begun(0);
    const shown = (): unknown => {
      const { bytesDone, attempt, stage } = gauge.settle().progress;
      return { bytesDone, attempt, stage };
    };
    run.move(0, { stage: "connecting", bytesTotal: null });
    expect(shown()).toEqual({ bytesDone: 0, attempt: 1, stage: "connecting" });
    run.move(600);
    expect(shown()).toEqual({ bytesDone: 600, attempt: 1, stage: "downloading" });
    run.finish({ kind: "failed", failure: lost, bytesCame: true });
    await settle();
    expect(shown()).toEqual({ bytesDone: 600, attempt: 1, stage: "waiting" });
    expect(gauge.settle().waiting).toMatchObject({ failure: lost });
    await clock.advance(2_500);
    const again = await transfers.begun(1);
    again.move(0, { stage: "connecting" });
    expect(shown()).toEqual({ bytesDone: 600, attempt: 1, stage: "connecting" });
    again.move(650);
    expect(shown()).toMatchObject({ bytesDone: 650, attempt: 1 });
    again.move(10, { restarts: 1 });
    expect(shown()).toMatchObject({ bytesDone: 10, attempt: 2 });
  });

  it("is the speed of the last seconds, and nothing while nothing comes", async () => {
    void begin();
    const run = await transfers.begun(0);
    for (let second = 0; second <= 4; second++) {
      run.move(second * 100);
      gauge.settle();
      await clock.advance(1_000);
    }
    run.move(500);
    expect(gauge.settle().progress.bytesPerSecond).toBeCloseTo(100, 0);
    await clock.advance(20_000);
    expect(gauge.settle().progress.bytesPerSecond).toBe(0);
  });

  it("tells what this command fetched from what was there before", async () => {
    const result = begin();
    const run = await transfers.begun(0);
    run.move(300); // resumed
    run.move(1000);
    run.complete();
    expect(await result).toMatchObject({ kind: "done", size: 1000, bytesFetched: 700 });
  });
});
