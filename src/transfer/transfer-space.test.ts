import { execFile } from "node:child_process";
import { readFile, rm, statfs, writeFile } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { untilMeasured } from "../../test/world/until-measured.ts";
import type { Bench } from "./testing/bench.ts";
import { createBench, fetching } from "./testing/bench.ts";

const MB = 1_000_000;
const MiB = 1024 * 1024;
const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

/** A folder that is a file system of its own, of this size. */
async function smallDisk(bench: Bench, bytes: number): Promise<AsyncDisposable> {
  await run("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", bench.folder]);
  return {
    [Symbol.asyncDispose]: async () => {
      await run("umount", ["-l", bench.folder]);
    },
  };
}

async function claimed(bench: Bench, name: string): Promise<number> {
  const text = await readFile(bench.path(`${name}.part.json`), "utf8");
  return (JSON.parse(text) as { done: [number, number][] }).done[0]?.[1] ?? 0;
}

test("what cannot fit is not begun: the missing bytes, the promised ones and a margin are counted", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 5 * MB } });
  const spaceMarginBytes = 7 * MB;
  // More than others free on this disk between the two looks at it: begun it must never be.
  const promised = 1_000_000 * MB;
  await using bench = await createBench({ limits: { spaceMarginBytes } });
  const folders: string[] = [];
  const missing = async (): Promise<number> => {
    const { bavail, bsize } = await statfs(bench.folder);
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin` },
      {
        reservedBytes: async (folder) => {
          folders.push(folder);
          return bavail * bsize + promised;
        },
      },
    );
    return outcome.kind === "no_space" ? outcome.neededBytes : 0;
  };
  // Others use this disk, too, in between.
  const expected = promised + 12 * MB;
  await untilMeasured("12 MB are missing", missing, (bytes) => Math.abs(bytes - expected) < 20 * MB);
  expect(folders[0]).toBe(bench.folder);
  expect(await bench.names()).toEqual([]);
});

describe.skipIf(!isRoot)("on a small disk (mounting one needs root)", () => {
  const limits = { spaceMarginBytes: MB };

  test("a file that is larger than the disk is not begun", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 30 * MB } });
    await using bench = await createBench({ limits });
    await using _ = await smallDisk(bench, 16 * MiB);
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome).toMatchObject({
      kind: "no_space",
      message: expect.stringMatching(
        /^30\.0 MB are to be written to .*, 16\.\d MB are free; 1\.0 MB have to stay free\.$/,
      ),
    });
    const missing = outcome.kind === "no_space" ? outcome.neededBytes : 0;
    expect(missing).toBeGreaterThan(13 * MB);
    expect(missing).toBeLessThan(15 * MB);
    expect(await bench.names()).toEqual([]);
  });

  test("a disk that fills up under way keeps every byte, and the download goes on when there is space", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 12 * MB, bytesPerSecond: 24 * MB } });
    await using bench = await createBench({ limits });
    await using _ = await smallDisk(bench, 16 * MiB);
    const filler = bench.path("filler");
    let filled = false;
    const spec = { url: `${origin.url}/a.bin` };
    const { outcome, reports } = await bench.run(spec, {
      progress: ({ bytesDone }) => {
        if (bytesDone <= 4 * MB || filled) return;
        filled = true;
        // In one go: written beside the download, either of the two could be the one that finds no space.
        writeFileSync(filler, Buffer.alloc(9 * MB));
      },
    });
    expect(outcome).toMatchObject({ kind: "no_space" });
    expect(reports.at(-1)?.bytesDone).toBeGreaterThan(4 * MB);
    const done = await claimed(bench, "a.bin");
    expect(done).toBeGreaterThan(4 * MB);
    const part = await readFile(bench.path("a.bin.part"));
    expect(part.subarray(0, done).equals(origin.bytes("/a.bin", 0, done))).toBe(true);

    const still = await bench.run(spec);
    expect(still.outcome).toMatchObject({ kind: "no_space" });
    expect(await claimed(bench, "a.bin")).toBe(done);

    await rm(filler);
    expect((await bench.run(spec)).outcome.kind).toBe("complete");
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(await bench.names()).toEqual(["a.bin"]);
    expect(fetching(origin.requests).at(-1)?.range).toBe(`bytes=${done}-`);
  });

  test("a file of unknown length fills the disk to the last block, and its ledger still fits", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: 30 * MB, length: "chunked" } });
    await using bench = await createBench({ limits: { spaceMarginBytes: 0 } });
    await using _ = await smallDisk(bench, 8 * MiB);
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome).toMatchObject({ kind: "no_space" });
    const done = await claimed(bench, "a.bin");
    expect(done).toBeGreaterThanOrEqual(6 * MiB);
    const part = await readFile(bench.path("a.bin.part"));
    expect(part.subarray(0, done).equals(origin.bytes("/a.bin", 0, done))).toBe(true);
  });

  test("on a disk that is full before anything begins nothing is left behind", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: MB, length: "chunked" } });
    await using bench = await createBench({ limits: { spaceMarginBytes: 0 } });
    await using _ = await smallDisk(bench, MiB);
    await writeFile(bench.path("filler"), Buffer.alloc(MiB)).catch(() => {});
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome).toMatchObject({ kind: "no_space" });
    expect(await bench.names()).toEqual(["filler"]);
    await rm(bench.path("filler"));
    expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
  });

  test("a file system that is read-only is a failure that says so", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: MB } });
    await using bench = await createBench();
    await using _ = await smallDisk(bench, 8 * MiB);
    await run("mount", ["-o", "remount,ro", bench.folder]);
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "write_denied" } });
    expect(origin.requests).toEqual([]);
  });
});
