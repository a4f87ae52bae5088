import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import type { Origin } from "../../test/world/origin.ts";
import type { Bench } from "./testing/bench.ts";
import { createBench, sha256 } from "./testing/bench.ts";
import { spawnTransfer } from "./testing/spawn-child.ts";
import type { RunPoint } from "./transfer-settings.ts";

const MB = 1_000_000;
const SIZE = 6 * MB;
const FLUSH = MB;
const limits = { flushEveryBytes: FLUSH, unclaimedBytes: 2 * FLUSH };

/**
 * What holds at any moment, whatever was killed: no wrong final file, no claim without its bytes.
 *
 * @returns how many bytes are claimed
 */
async function expectTruth(bench: Bench, origin: Origin, name: string): Promise<number> {
  const names = await bench.names();
  if (names.includes(name)) expect(await bench.hash(name)).toBe(origin.hash(`/${name}`));
  if (!names.includes(`${name}.part.json`) || !names.includes(`${name}.part`)) return 0;
  const text = await readFile(bench.path(`${name}.part.json`), "utf8");
  const { done } = JSON.parse(text) as { done: [number, number][] };
  const bytes = await readFile(bench.path(`${name}.part`));
  for (const [start, end] of done) {
    expect(bytes.subarray(start, end).equals(origin.bytes(`/${name}`, start, end))).toBe(true);
  }
  return done.reduce((sum, [start, end]) => sum + end - start, 0);
}

const POINTS: readonly RunPoint[] = [
  "locked",
  "answered",
  "began",
  "flushed",
  "fetched",
  "verifying",
  "verified",
  "synced",
  "linked",
  "placed",
];

test.each(POINTS)("killed when %s, the download ends whole when it is started again", async (point) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({ limits });
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  const child = spawnTransfer({
    step: bench.step(spec),
    limits,
    killAt: point,
    nth: point === "flushed" ? 3 : 1,
  });
  expect(await child.ended).toBeNull();
  expect(child.process.signalCode).toBe("SIGKILL");
  const claimed = await expectTruth(bench, origin, "a.bin");
  if (point === "flushed") expect(claimed).toBeGreaterThanOrEqual(2 * FLUSH);
  await origin.until(({ requests }) => requests.every(({ end }) => end !== "open"));
  const sent = origin.bytesSent("/a.bin");

  const { outcome } = await bench.run(spec);
  expect(outcome).toMatchObject({
    kind: "complete",
    checksumState: { kind: "verified" },
    alreadyThere: point === "linked" || point === "placed",
  });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(await bench.names()).toEqual(["a.bin"]);
  const fetchedAgain = origin.bytesSent("/a.bin") - sent - (SIZE - claimed);
  // Where the final name is all that is left, one byte is asked for, to learn the size.
  expect(fetchedAgain).toBeLessThanOrEqual(point === "placed" ? 1 - (SIZE - claimed) : 0);
  if (point === "fetched") expect(claimed).toBe(SIZE);
});

test("without a hash, too, a kill between the final name and the clearing up ends whole", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, length: "chunked" } });
  await using bench = await createBench({ limits });
  const spec = { url: `${origin.url}/a.bin` };
  expect(await spawnTransfer({ step: bench.step(spec), limits, killAt: "linked" }).ended).toBeNull();
  expect((await stat(bench.path("a.bin"))).nlink).toBe(2);
  const requests = origin.requests.length;
  expect((await bench.run(spec)).outcome).toMatchObject({ kind: "complete", size: SIZE, alreadyThere: true });
  expect(origin.requests).toHaveLength(requests);
  expect(await bench.names()).toEqual(["a.bin"]);
  expect((await stat(bench.path("a.bin"))).nlink).toBe(1);
});

test("killed while it replaces a file: either the old one is there or the new one, never neither", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/old.bin": { size: MB, seed: 9 } });
  for (const killAt of ["flushed", "synced", "linked"] as const) {
    await using bench = await createBench({ limits });
    await bench.run({ url: `${origin.url}/old.bin`, name: "a.bin" });
    const spec = { url: `${origin.url}/a.bin`, ifExists: "replace" as const };
    expect(await spawnTransfer({ step: bench.step(spec), limits, killAt }).ended).toBeNull();
    const whole = killAt === "linked" ? "/a.bin" : "/old.bin";
    expect(await bench.hash("a.bin")).toBe(origin.hash(whole));
    expect((await bench.run(spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(await bench.names()).toEqual(["a.bin"]);
  }
});

test.each(["verifying", "synced", "linked"] as const)(
  "killed when %s, a file that only the end of the connection had ended is asked for again",
  async (killAt) => {
    const cut = { length: "close", cutAfter: 4 * MB, cut: "fin" } as const;
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, ...cut } });
    await using bench = await createBench({ limits });
    const spec = { url: `${origin.url}/a.bin` };
    expect(await spawnTransfer({ step: bench.step(spec), limits, killAt }).ended).toBeNull();
    const isNamed = killAt === "linked";
    expect((await bench.names()).includes("a.bin")).toBe(isNamed);
    const asked = origin.requests.length;
    // Now the server says how long it is.
    origin.put("/a.bin", { size: SIZE });
    const { outcome } = await bench.run(spec);
    expect(outcome).toMatchObject({ kind: "complete", size: SIZE, alreadyThere: false });
    expect(JSON.stringify(outcome)).not.toContain("cut short");
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(await bench.names()).toEqual(["a.bin"]);
    // Only the rest came.
    const rest = origin.requests.slice(asked).find(({ range }) => /^bytes=\d{3,}-$/.test(range ?? ""));
    expect(rest?.bytesSent).toBeLessThan(3.2 * MB);
  },
);

test("killed again and again at any moment, the file ends whole, and little is fetched twice", async () => {
  const size = 24 * MB;
  await using origin = await startOrigin({ "/a.bin": { size, bytesPerSecond: 12 * MB } });
  await using bench = await createBench({ limits });
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  let kills = 0;
  for (let waitMs = 450; ; waitMs *= 1.25) {
    const child = spawnTransfer({ step: bench.step(spec), limits, tellEveryBytes: FLUSH / 4 });
    const outcome = await Promise.race([child.ended, sleep(waitMs, "late" as const)]);
    if (outcome !== "late") {
      expect(outcome).toMatchObject({ kind: "complete" });
      break;
    }
    await child.kill();
    kills += 1;
    const claimed = await expectTruth(bench, origin, "a.bin");
    // Whole, and in its place: nothing has to be claimed any more.
    if ((await bench.names()).includes("a.bin")) continue;
    // What a kill costs of what has come: what was not claimed, and what was on its way to the disk.
    expect(claimed).toBeGreaterThan(child.came() - 2 * FLUSH - 6 * MB);
  }
  expect(kills).toBeGreaterThanOrEqual(2);
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("of two processes with one destination one downloads, the other says that it is busy", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: MB / 4 } });
  await using bench = await createBench();
  const step = bench.step({ url: `${origin.url}/a.bin` });
  const both = [1, 2].map(() => spawnTransfer({ step, connections: 1 }).ended);
  await Promise.race(both);
  origin.release("/a.bin");
  const outcomes = await Promise.all(both);
  const kinds = new Set(outcomes.map((outcome) => outcome?.kind));
  expect(kinds).toEqual(new Set(["complete", "failed"]));
  const busy = outcomes.find((outcome) => outcome?.kind === "failed");
  expect(busy).toMatchObject({ failure: { code: "destination_busy" } });
  expect(busy).toHaveProperty("failure.message", expect.stringMatching(/is being written by process \d+\./));
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  expect(origin.requests).toHaveLength(1);
});

test("a paused owner is not robbed, a killed one is replaced at once", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const spec = { url: `${origin.url}/a.bin` };
  const child = spawnTransfer({ step: bench.step(spec), killAt: "began", pause: true });
  await child.paused;
  expect((await bench.run(spec)).outcome).toMatchObject({ failure: { code: "destination_busy" } });
  await child.kill();
  expect((await bench.run(spec)).outcome.kind).toBe("complete");
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("a run whose destination was taken over writes nothing more and says so", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: MB / 4 } });
  await using bench = await createBench({ limits: { heartbeatMs: 50 } });
  const running = bench.run({ url: `${origin.url}/a.bin` });
  await origin.until(({ requests }) => (requests[0]?.bytesSent ?? 0) > MB / 4);
  const lock = bench.path("a.bin.part.lock");
  const other = {
    ...(JSON.parse(await readFile(lock, "utf8")) as object),
    token: "another",
    host: "elsewhere",
  };
  await rm(lock);
  await writeFile(lock, JSON.stringify(other));
  await writeFile(bench.path("a.bin.part.json"), "the other's");
  const { outcome } = await running;
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "destination_busy" } });
  expect(await readFile(bench.path("a.bin.part.json"), "utf8")).toBe("the other's");
  expect(await readFile(lock, "utf8")).toContain("another");
  expect(await bench.names()).not.toContain("a.bin");
});
