import { afterEach, describe, expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { isBetween, untilMeasured } from "../../../test/world/until-measured.ts";
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
const FROM = "http://origin.example/a.bin";
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
  const run = (own: () => number | null = () => null): Share => limitRun(own, settings, FROM, stop.signal);
  return { open, run };
}

/** How fast these counts of bytes grow. Bytes per second. */
async function speedsOver<K extends string>(
  ms: number,
  bytes: Record<K, number>,
): Promise<Record<K, number>> {
  const [before, began] = [{ ...bytes }, performance.now()];
  await systemClock.sleep(ms);
  const seconds = (performance.now() - began) / 1000;
  const names = Object.keys(before) as K[];
  return Object.fromEntries(names.map((name) => [name, (bytes[name] - before[name]) / seconds])) as Record<
    K,
    number
  >;
}

describe("downloads under one limit", () => {
  test("get the same, though one has 16 connections and the other a single one", async () => {
    const { open, run } = await connections(() => 8 * MB);
    const taken = { many: 0, one: 0 };
    const [many, one] = [run(), run()];
    for (let n = 0; n < 16; n++) await open(many, (bytes) => (taken.many += bytes));
    await open(one, (bytes) => (taken.one += bytes));
    await untilMeasured(
      "each gets about half of the limit",
      () => speedsOver(2_000, taken),
      (got) =>
        isBetween(0.6 * 8 * MB, got.many + got.one, 1.3 * 8 * MB) &&
        isBetween(0.75, got.one / got.many, 1.33),
    );
  });

  test("leave to the others what their own limit keeps them from using", async () => {
    const { open, run } = await connections(() => 8 * MB);
    const taken = { held: 0, free: 0 };
    await open(
      run(() => MB),
      (bytes) => (taken.held += bytes),
    );
    await open(run(), (bytes) => (taken.free += bytes));
    await untilMeasured(
      "one gets its own limit, the other the rest",
      () => speedsOver(2_000, taken),
      (got) => got.held < 1.4 * MB && got.free > 5 * MB,
    );
  });

  test("feel a change of the limit while they run", async () => {
    let rate: number | null = 200 * KiB;
    const { open, run } = await connections(() => rate);
    const taken = { bytes: 0 };
    const bandwidth = run();
    for (let n = 0; n < 4; n++) await open(bandwidth, (bytes) => (taken.bytes += bytes));
    const speed = async (): Promise<number> => (await speedsOver(500, taken)).bytes;
    await untilMeasured("slow", speed, (now) => now < 1.4 * 200 * KiB);
    rate = 8 * MB;
    await untilMeasured("quicker", speed, (now) => isBetween(MB, now, 1.4 * 8 * MB));
    rate = 200 * KiB;
    await untilMeasured("slow again", speed, (now) => now < 1.4 * 200 * KiB);
    rate = null;
    await untilMeasured("as quick as can be", speed, (now) => now > 10 * MB);
  });

  test("share it in about equal parts as whole transfers, too", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 900 * MB }, "/b.bin": { size: 900 * MB } });
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
          },
        },
      );
    const began = performance.now();
    const runs = [fetchOne("a"), fetchOne("b")];
    await untilMeasured(
      "each gets about half of the limit",
      () => speedsOver(1_500, done),
      ({ a, b }) => a + b < 1.4 * 4 * MB && isBetween(0.75, a / b, 1.33),
    );
    // However slow the machine: what came, came within the limit.
    expect(((done.a + done.b) * 1000) / (performance.now() - began)).toBeLessThan(1.4 * 4 * MB);
    stop.abort();
    await Promise.all(runs);
  });
});

describe("the smallest limit there is", () => {
  test("is kept byte for byte, moves on all the time, and is not taken for a stalled server", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 9 * KiB } });
    await using bench = await createBench({ clock: systemClock, limits: { stallMs: 300 } });
    const sizes = new Set<number>();
    const began = performance.now();
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin` },
      { limitBytesPerSecond: () => KiB, progress: ({ bytesDone }) => sizes.add(bytesDone) },
    );
    expect(outcome).toMatchObject({ kind: "complete", size: 9 * KiB });
    // The first 4 KiB are looked at before anything is written; from there on a KiB a second.
    expect([...sizes].filter((bytes) => bytes > 4 * KiB && bytes < 9 * KiB)).not.toEqual([]);
    expect(performance.now() - began).toBeGreaterThan(7_500);
  });

  test("does not keep a download that is stopped", async () => {
    // It would outlast the test.
    await using origin = await startOrigin({ "/a.bin": { size: MB } });
    await using bench = await createBench({ clock: systemClock });
    const signal = AbortSignal.timeout(1_500);
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin` },
      { limitBytesPerSecond: () => KiB, signal },
    );
    expect(outcome.kind).toBe("stopped");
  });
});

test("a run that was stopped before it began owes nothing and waits for nothing", () => {
  const settings = completeSettings({ clock: systemClock, bytesPerSecond: () => KiB });
  const bandwidth = limitRun(() => KiB, settings, FROM, AbortSignal.abort());
  expect(bandwidth.spend(MB)).toBeUndefined();
  const other = limitRun(() => null, settings, FROM, NEVER);
  expect(other.pieceBytes()).toBe(KiB);
  other.leave();
});
