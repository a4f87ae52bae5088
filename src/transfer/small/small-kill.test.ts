/** Small files and kill -9: nothing, a partial that the next run deals with, or the whole file. */
import { readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { startOrigin } from "../../../test/world/origin.ts";
import { createBench, sha256 } from "../testing/bench.ts";
import { spawnTransfer } from "../testing/spawn-child.ts";
import type { RunPoint } from "../transfer-settings.ts";

const SIZE = 700_000;
const POINTS: readonly RunPoint[] = [
  "locked",
  "answered",
  "fetched",
  "verifying",
  "verified",
  "began",
  "synced",
  "linked",
  "placed",
];

test.each(POINTS)("killed when %s, the next run ends whole and leaves nothing beside it", async (killAt) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  for (const checksum of [null, sha256(origin.hash("/a.bin"))]) {
    await using bench = await createBench();
    const spec = { url: `${origin.url}/a.bin`, checksum };
    if (killAt === "verified" && checksum === null) continue;
    const child = spawnTransfer({ step: bench.step(spec), killAt });
    expect(await child.ended).toBeNull();
    expect(child.process.signalCode).toBe("SIGKILL");
    const isNamed = killAt === "linked" || killAt === "placed";
    expect((await bench.names()).includes("a.bin")).toBe(isNamed);
    if (isNamed) expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    const requests = origin.requests.length;
    const { outcome } = await bench.run(spec);
    expect(outcome).toMatchObject({ kind: "complete", size: SIZE, alreadyThere: isNamed });
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(await bench.names()).toEqual(["a.bin"]);
    // Of a file that is there one byte is asked for, to learn the size.
    if (isNamed) expect(origin.requests.slice(requests).map(({ range }) => range)).not.toContain(null);
  }
});

test("what a kill left of the very first ledger is gone when the file is there", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  await writeFile(bench.path("a.bin.part.json.tmp"), '{"format":');
  expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome).toMatchObject({ kind: "complete" });
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("of two processes with one small destination one writes, the other says that it is busy", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: 10_000 } });
  await using bench = await createBench();
  const step = bench.step({ url: `${origin.url}/a.bin` });
  const first = spawnTransfer({ step });
  await origin.until(({ requests }) => requests.length === 1);
  expect(await spawnTransfer({ step }).ended).toMatchObject({ failure: { code: "destination_busy" } });
  origin.release("/a.bin");
  expect(await first.ended).toMatchObject({ kind: "complete" });
  expect(origin.requests).toHaveLength(1);
  expect(await bench.names()).toEqual(["a.bin"]);
});

test("a writer that was taken for dead names nothing and takes nothing away", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({ limits: { heartbeatMs: 50 } });
  const lock = bench.path("a.bin.part.lock");
  await using slow = await createBench({
    limits: { heartbeatMs: 50 },
    onPoint: async (point) => {
      if (point !== "synced") return;
      // Somebody else has the lock and the name of the partial now.
      const other = {
        ...(JSON.parse(await readFile(lock, "utf8")) as object),
        token: "other",
        host: "elsewhere",
      };
      await rm(lock);
      await writeFile(lock, JSON.stringify(other));
      await rm(bench.path("a.bin.part"));
      await writeFile(bench.path("a.bin.part"), "theirs");
      await sleep(200);
    },
  });
  const { outcome } = await slow.run({ url: `${origin.url}/a.bin`, folder: bench.folder });
  expect(outcome).toMatchObject({ kind: "failed", failure: { code: "destination_busy" } });
  expect(await bench.names()).toEqual(["a.bin.part", "a.bin.part.lock"]);
  expect(await readFile(bench.path("a.bin.part"), "utf8")).toBe("theirs");
});
