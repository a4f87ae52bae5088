import { lstat, mkdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { stampOf } from "../job/file-stamp.ts";
import type { ReuseMode } from "../job/reuse.ts";
import type { Donor, TransferOptions } from "../job/transfer-contract.ts";
import type { Bench } from "./testing/bench.ts";
import { createBench, sha256 } from "./testing/bench.ts";
import { spawnTransfer } from "./testing/spawn-child.ts";

const SIZE = 9_000_001;

/** Another file of this machine, and what an index says of it. */
async function donorAt(bench: Bench, name: string, bytes: Uint8Array, isSure = true): Promise<Donor> {
  const path = join(bench.folder, "elsewhere", name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  return { path, stamp: stampOf(await lstat(path, { bigint: true })), isSure };
}

function from(mode: ReuseMode, ...donors: Donor[]): Pick<TransferOptions, "reuse"> {
  return { reuse: { mode, find: async () => donors } };
}

test("bytes that are on this machine are copied from there, and no server is asked", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
  const checksum = sha256(origin.hash("/a.bin"));
  const { outcome, reports, resolved } = await bench.run(
    { url: `${origin.url}/a.bin`, checksum },
    from("copy", donor),
  );
  expect(outcome).toMatchObject({
    kind: "complete",
    size: SIZE,
    alreadyThere: false,
    checksumState: { kind: "verified", hex: checksum.hex },
    takenFrom: { path: donor.path },
  });
  expect(await bench.hash("a.bin")).toBe(checksum.hex);
  expect(await bench.names()).toEqual(["a.bin", "elsewhere"]);
  expect(origin.requests).toEqual([]);
  expect(resolved).toEqual([{ path: bench.path("a.bin"), name: "a.bin", size: SIZE }]);
  expect(reports.find(({ note }) => note === `from ${donor.path}`)?.stage).toBe("copying");
  // It is a file of its own: what is written into one of them stays out of the other.
  expect((await stat(bench.path("a.bin"))).ino).not.toBe((await stat(donor.path)).ino);
});

test("a second name is given only where that is asked for", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/b.bin": { size: SIZE } });
  await using bench = await createBench();
  const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
  const checksum = sha256(origin.hash("/a.bin"));
  const spec = { url: `${origin.url}/a.bin`, checksum };
  const { outcome } = await bench.run(spec, from("hardlink", donor));
  const way = outcome.kind === "complete" ? outcome.takenFrom?.way : null;
  // File systems that share blocks do that first.
  expect(["hardlink", "reflink"]).toContain(way);
  expect((await stat(bench.path("a.bin"))).ino === (await stat(donor.path)).ino).toBe(way === "hardlink");
  expect(await bench.hash("a.bin")).toBe(checksum.hex);
  expect(await bench.names()).toEqual(["a.bin", "elsewhere"]);
  expect(origin.requests).toEqual([]);
});

test.each(["hardlink", "copy", "reflink"] as const)(
  "an index that is wrong about a file costs a download, and never gives the wrong bytes their name (%s)",
  async (mode) => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    await using bench = await createBench();
    const wrong = await donorAt(bench, "wrong", Buffer.alloc(SIZE, 7), false);
    const changed = await donorAt(bench, "changed", origin.bytes("/a.bin"));
    await writeFile(changed.path, Buffer.alloc(SIZE, 1));
    const gone: Donor = { ...wrong, path: bench.path("gone") };
    const checksum = sha256(origin.hash("/a.bin"));
    const { outcome } = await bench.run(
      { url: `${origin.url}/a.bin`, checksum },
      from(mode, gone, wrong, changed),
    );
    expect(outcome).toMatchObject({ kind: "complete", checksumState: { kind: "verified" } });
    expect(outcome).not.toHaveProperty("takenFrom");
    expect(await bench.hash("a.bin")).toBe(checksum.hex);
    expect(origin.bytesSent("/a.bin")).toBeGreaterThanOrEqual(SIZE);
    expect((await readFile(wrong.path)).equals(Buffer.alloc(SIZE, 7))).toBe(true);
    expect(await bench.names()).toEqual(["a.bin", "elsewhere"]);
  },
);

test("a file whose times were set back is read before its bytes are relied on", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
  const { atime, mtime } = await stat(donor.path);
  await utimes(donor.path, atime, mtime);
  const set: Donor = { ...donor, stamp: stampOf(await lstat(donor.path, { bigint: true })) };
  await writeFile(donor.path, Buffer.alloc(SIZE, 9));
  await utimes(donor.path, atime, mtime);
  const checksum = sha256(origin.hash("/a.bin"));
  await bench.run({ url: `${origin.url}/a.bin`, checksum }, from("hardlink", set));
  expect(await bench.hash("a.bin")).toBe(checksum.hex);
});

test("what is fetched already in part goes on, and what is there stays unless it is to be replaced", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench({
    limits: { flushEveryBytes: 1_000_000, unclaimedBytes: 2_000_000 },
  });
  const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
  await writeFile(bench.path("a.bin"), "another file");
  const refused = await bench.run(spec, from("copy", donor));
  expect(refused.outcome).toMatchObject({ kind: "failed", failure: { code: "destination_exists" } });
  const replaced = await bench.run({ ...spec, ifExists: "replace" }, from("copy", donor));
  expect(replaced.outcome).toMatchObject({ kind: "complete", takenFrom: { path: donor.path } });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test("a copy that is stopped leaves nothing, and the next one begins anew", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
  const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")), size: SIZE };
  const { outcome } = await bench.runUntil(spec, 1, from("copy", donor));
  if (outcome.kind !== "complete") {
    expect(outcome).toEqual({ kind: "stopped" });
    expect(await bench.names()).toEqual(["elsewhere"]);
  }
  expect((await bench.run(spec, from("copy", donor))).outcome).toMatchObject({ kind: "complete" });
  expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
});

test.each([
  ["flushed", "copy"],
  ["synced", "copy"],
  ["synced", "hardlink"],
  ["linked", "copy"],
  ["linked", "hardlink"],
  ["placed", "hardlink"],
] as const)(
  "killed when %s (%s), it ends whole when it is started again, and the other file is unharmed",
  async (point, mode) => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    await using bench = await createBench();
    const donor = await donorAt(bench, "x", origin.bytes("/a.bin"));
    const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")), size: SIZE };
    const child = spawnTransfer({ step: bench.step(spec), killAt: point, reuse: { mode, donors: [donor] } });
    expect(await child.ended).toBeNull();
    expect(child.process.signalCode).toBe("SIGKILL");
    if ((await bench.names()).includes("a.bin")) expect(await bench.hash("a.bin")).toBe(spec.checksum.hex);
    // Without the other file now: what was left must not be taken for its bytes, nor be written through.
    expect((await bench.run(spec)).outcome).toMatchObject({
      kind: "complete",
      checksumState: { kind: "verified" },
    });
    expect(await bench.hash("a.bin")).toBe(spec.checksum.hex);
    expect((await readFile(donor.path)).equals(origin.bytes("/a.bin"))).toBe(true);
    expect((await bench.names()).filter((name) => !name.endsWith(".lock"))).toEqual(["a.bin", "elsewhere"]);
  },
);
