import { afterEach, describe, expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { systemClock } from "../../job/clock.ts";
import { createHttp1Client } from "../http1/send-over-http1.ts";
import { LimitSink } from "../sinks/limit-sink.ts";
import { TakeSink } from "../sinks/take-sink.ts";
import { createBench } from "../testing/bench.ts";
import { completeSettings } from "../transfer-settings.ts";
import { limitRun } from "./limit-run.ts";
import type { Share } from "./rate-limit.ts";

const KiB = 1024;
const MB = 1_000_000;
const NEVER = new AbortController().signal;

const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
});

/** Real connections that share a limit for all, each to a file that does not end before the test does. */
async function connections(bytesPerSecond: () => number | null) {
  const origin = await startOrigin({ "/big.bin": { size: 1e12 } });
  const settings = completeSettings({ clock: systemClock, bytesPerSecond });
  const { send, close } = createHttp1Client(settings);
  const stop = new AbortController();
  const flows: Promise<unknown>[] = [];
  closing.push(async () => {
    stop.abort();
    await Promise.all(flows);
    await close();
    await origin[Symbol.asyncDispose]();
  });
  const open = async (bandwidth: Share, count: (bytes: number) => void): Promise<void> => {
    const outcome = await send(new URL(`${origin.url}/big.bin`), {}, stop.signal);
    if (outcome.kind !== "answer") throw new Error(outcome.kind);
    const body = outcome.answer.body;
    const sink = new TakeSink(({ length }) => {
      count(length);
      return undefined;
    });
    flows.push(body.receive(new LimitSink(sink, bandwidth), stop.signal));
  };
  const run = (own: () => number | null = () => null): Share => limitRun(own, settings, stop.signal);
  return { open, run };
}

const pause = (ms: number): Promise<void> => systemClock.sleep(ms);

describe("downloads under one limit", () => {
  test("get the same, though one has 16 connections and the other a single one", async () => {
    const { open, run } = await connections(() => 8 * MB);
    const taken = { many: 0, one: 0 };
    const [many, one] = [run(), run()];
    for (let n = 0; n < 16; n++) await open(many, (bytes) => (taken.many += bytes));
    await open(one, (bytes) => (taken.one += bytes));
    const before = { ...taken };
    await pause(2_000);
    const got = { many: taken.many - before.many, one: taken.one - before.one };
    expect((got.many + got.one) / 2).toBeLessThan(1.3 * 8 * MB);
    expect((got.many + got.one) / 2).toBeGreaterThan(0.6 * 8 * MB);
    expect(got.one / got.many).toBeGreaterThan(0.75);
    expect(got.one / got.many).toBeLessThan(1.33);
  });

  test("leave to the others what their own limit keeps them from using", async () => {
    const { open, run } = await connections(() => 8 * MB);
    const taken = { held: 0, free: 0 };
    await open(
      run(() => MB),
      (bytes) => (taken.held += bytes),
    );
    await open(run(), (bytes) => (taken.free += bytes));
    const before = { ...taken };
    await pause(2_000);
    expect((taken.held - before.held) / 2).toBeLessThan(1.4 * MB);
    expect((taken.free - before.free) / 2).toBeGreaterThan(5 * MB);
  });

  test("feel a change of the limit within half a second", async () => {
    let rate: number | null = 200 * KiB;
    const { open, run } = await connections(() => rate);
    let taken = 0;
    const bandwidth = run();
    for (let n = 0; n < 4; n++) await open(bandwidth, (bytes) => (taken += bytes));
    const speedOver = async (ms: number): Promise<number> => {
      const before = taken;
      await pause(ms);
      return ((taken - before) * 1000) / ms;
    };
    await pause(500);
    expect(await speedOver(1_000)).toBeLessThan(1.4 * 200 * KiB);
    rate = 8 * MB;
    await pause(500);
    expect(await speedOver(1_000)).toBeGreaterThan(5 * MB);
    rate = 200 * KiB;
    await pause(500);
    expect(await speedOver(1_000)).toBeLessThan(1.4 * 200 * KiB);
    rate = null;
    await pause(500);
    expect(await speedOver(500)).toBeGreaterThan(20 * MB);
  });

  test("share it in about equal parts as whole transfers, too", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 6 * MB }, "/b.bin": { size: 6 * MB } });
    await using bench = await createBench({ clock: systemClock, bytesPerSecond: () => 4 * MB });
    const done = { a: 0, b: 0 };
    const stop = new AbortController();
    const fetchOne = (name: "a" | "b"): Promise<unknown> =>
      bench.run(
        { url: `${origin.url}/${name}.bin` },
        {
          signal: stop.signal,
          progress: ({ bytesDone }) => {
            done[name] = bytesDone;
            if (done.a + done.b > 8 * MB) stop.abort();
          },
        },
      );
    const began = Date.now();
    await Promise.all([fetchOne("a"), fetchOne("b")]);
    const seconds = (Date.now() - began) / 1000;
    expect((done.a + done.b) / seconds).toBeLessThan(1.4 * 4 * MB);
    expect(Math.min(done.a, done.b) / Math.max(done.a, done.b)).toBeGreaterThan(0.75);
  });
});

describe("the smallest limit there is", () => {
  test("is kept byte for byte, moves on all the time, and is not taken for a stalled server", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 6 * KiB } });
    await using bench = await createBench({ clock: systemClock, limits: { stallMs: 300 } });
    const sizes = new Set<number>();
    const began = Date.now();
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin` },
      { limitBytesPerSecond: () => KiB, progress: ({ bytesDone }) => sizes.add(bytesDone) },
    );
    expect(outcome).toMatchObject({ kind: "complete", size: 6 * KiB });
    // The first 4 KiB are looked at before anything is written; from there on a KiB a second.
    for (const kib of [4, 5, 6]) expect(sizes).toContain(kib * KiB);
    expect(Date.now() - began).toBeGreaterThan(4_500);
    expect(Date.now() - began).toBeLessThan(12_000);
  });

  test("does not keep a download that is stopped", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: MB } });
    await using bench = await createBench({ clock: systemClock });
    const signal = AbortSignal.timeout(1_500);
    const began = Date.now();
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin` },
      { limitBytesPerSecond: () => KiB, signal },
    );
    expect(outcome.kind).toBe("stopped");
    expect(Date.now() - began).toBeLessThan(3_000);
  });
});

test("a run that was stopped before it began owes nothing and waits for nothing", () => {
  const settings = completeSettings({ clock: systemClock, bytesPerSecond: () => KiB });
  const bandwidth = limitRun(() => KiB, settings, AbortSignal.abort());
  expect(bandwidth.spend(MB)).toBeUndefined();
  const other = limitRun(() => null, settings, NEVER);
  expect(other.pieceBytes()).toBe(KiB);
  other.leave();
});
