import {
  mkdir,
  readdir,
  readFile,
  readlink,
  realpath,
  rename,
  symlink,
  unlink,
  writeFile,
} from "node:fs/promises";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Origin } from "../../../test/world/origin.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import type { TransferStep } from "../../job/job.ts";
import type { Linking } from "../../job/linking.ts";
import type { Bench } from "../testing/bench.ts";
import { createBench, sha256 } from "../testing/bench.ts";
import { spawnTransfer } from "../testing/spawn-child.ts";

const SIZE = 3_000_000;
const COMMIT = "a".repeat(40);
/** The second is deeper in its folder. */
const NAMES = ["one.bin", "deep/er/two.bin"] as const;

interface Cache {
  bench: Bench;
  origin: Origin;
  repo: string;
  snapshot: string;
  /** The step of one of the two files of a set. */
  stepOf(index: 0 | 1, more?: Partial<Linking>): TransferStep;
  link(index: 0 | 1): string;
  [Symbol.asyncDispose](): Promise<void>;
}

async function createCache(): Promise<Cache> {
  const origin = await startOrigin({ "/0": { size: SIZE }, "/1": { size: SIZE, seed: 2 } });
  const bench = await createBench();
  const repo = bench.path("models--org--repo");
  const snapshot = join(repo, "snapshots", COMMIT);
  const link = (index: 0 | 1): string => join(snapshot, NAMES[index]);
  const mark = { path: join(repo, "refs/refs/pr/1"), text: COMMIT, folder: snapshot, needs: NAMES };
  return {
    bench,
    origin,
    repo,
    snapshot,
    link,
    stepOf: (index, more = {}) =>
      bench.step({
        url: `${origin.url}/${index}`,
        folder: join(repo, "blobs"),
        name: origin.hash(`/${index}`),
        size: SIZE,
        checksum: sha256(origin.hash(`/${index}`)),
        linking: { links: [link(index)], mark, ...more },
      }),
    [Symbol.asyncDispose]: async () => {
      await bench[Symbol.asyncDispose]();
      await origin.close();
    },
  };
}

/** As Python finds it: the branch's commit, the file in its snapshot, the bytes behind it. */
async function readByBranch({ repo }: Cache, name: string): Promise<Buffer> {
  const commit = await readFile(join(repo, "refs/refs/pr/1"), "utf8");
  return readFile(await realpath(join(repo, "snapshots", commit, name)));
}

const inspect = ({ bench }: Cache, step: TransferStep) =>
  bench.transfer.inspect(step, new AbortController().signal);

test("a file is linked to by relative links, and its branch is there once all files of the set are", async () => {
  await using cache = await createCache();
  const { bench, origin, repo, link } = cache;
  expect((await bench.run(cache.stepOf(1))).outcome).toMatchObject({ kind: "complete" });
  expect(await readlink(link(1))).toBe(`../../../../blobs/${origin.hash("/1")}`);
  expect(await readdir(repo)).not.toContain("refs");
  expect((await bench.run(cache.stepOf(0))).outcome).toMatchObject({ kind: "complete" });
  expect(await readlink(link(0))).toBe(`../../blobs/${origin.hash("/0")}`);
  expect((await readByBranch(cache, NAMES[0])).equals(origin.bytes("/0"))).toBe(true);
  expect((await readByBranch(cache, NAMES[1])).equals(origin.bytes("/1"))).toBe(true);
  // Nothing is left behind, and the whole of it can be moved.
  expect(await readdir(join(repo, "blobs"))).toHaveLength(2);
  expect(await readdir(cache.snapshot)).toHaveLength(2);
  expect(await readdir(join(repo, "refs/refs/pr"))).toEqual(["1"]);
  const moved = bench.path("moved");
  await rename(repo, moved);
  expect((await readByBranch({ ...cache, repo: moved }, NAMES[1])).equals(origin.bytes("/1"))).toBe(true);
});

test("killed between the blob and its link, the next run makes the link and fetches nothing", async () => {
  await using cache = await createCache();
  const { bench, origin, snapshot } = cache;
  const step = cache.stepOf(0, { mark: { ...markOf(cache), needs: [NAMES[0]] } });
  const limits = { smallBytes: 0 };
  expect(await spawnTransfer({ step, limits, killAt: "placed" }).ended).toBeNull();
  expect(await readdir(step.folder)).toContain(step.name);
  await expect(readdir(snapshot)).rejects.toThrow("ENOENT");
  // It is not taken for done.
  expect(await inspect(cache, step)).toEqual({ kind: "partial", bytes: SIZE });
  const asked = origin.requests.length;
  expect((await bench.run(step)).outcome).toMatchObject({ kind: "complete", alreadyThere: true });
  expect(origin.requests).toHaveLength(asked);
  expect((await readByBranch(cache, NAMES[0])).equals(origin.bytes("/0"))).toBe(true);
  expect(await inspect(cache, step)).toEqual({ kind: "whole", bytes: SIZE });
});

function markOf(cache: Cache): NonNullable<Linking["mark"]> {
  const { linking } = cache.stepOf(0);
  if (linking?.mark === undefined || linking.mark === null) throw new Error("no mark");
  return linking.mark;
}

test("all of a set is made at one time, and one of its files sees to it that the branch is there again", async () => {
  await using cache = await createCache();
  const { bench } = cache;
  const steps = [cache.stepOf(0), cache.stepOf(1)] as const;
  await Promise.all(steps.map((step) => bench.run(step)));
  expect(await readFile(markOf(cache).path, "utf8")).toBe(COMMIT);
  // The branch moved elsewhere meanwhile: the last file of the set brings it back.
  await writeFile(markOf(cache).path, "b".repeat(40));
  expect(await Promise.all(steps.map((step) => inspect(cache, step)))).toMatchObject([
    { kind: "whole" },
    { kind: "partial" },
  ]);
  await bench.run(steps[1]);
  expect(await readFile(markOf(cache).path, "utf8")).toBe(COMMIT);
  await unlink(cache.link(0));
  expect(await inspect(cache, steps[0])).toMatchObject({ kind: "partial" });
});

test("a link that leads elsewhere is put right; what is no link stays, and is told", async () => {
  await using cache = await createCache();
  const { bench, origin, link } = cache;
  await mkdir(dirname(link(1)), { recursive: true });
  await symlink("../nowhere", link(1));
  expect((await bench.run(cache.stepOf(1))).outcome.kind).toBe("complete");
  expect((await readFile(link(1))).equals(origin.bytes("/1"))).toBe(true);
  await writeFile(link(0), "somebody's own");
  expect((await bench.run(cache.stepOf(0))).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "destination_exists", message: `${link(0)} exists already; it is no link.` },
  });
  expect(await readFile(link(0), "utf8")).toBe("somebody's own");
  expect(await readdir(cache.repo)).not.toContain("refs");
});

test("a name below another file's name is no way through that file's link", async () => {
  await using cache = await createCache();
  const { bench, origin, link } = cache;
  await bench.run(cache.stepOf(0));
  const below = join(link(0), "evil.bin");
  const { outcome } = await bench.run(cache.stepOf(1, { links: [below] }));
  expect(outcome).toMatchObject({
    kind: "failed",
    failure: { code: "path_refused", message: `${link(0)} is no folder.` },
  });
  expect((await readFile(link(0))).equals(origin.bytes("/0"))).toBe(true);
});

test("a link whose way back leads elsewhere, for a folder is a link, is not left behind", async () => {
  await using cache = await createCache();
  const { bench, repo } = cache;
  await mkdir(repo);
  await mkdir(bench.path("other/disk"), { recursive: true });
  await symlink(bench.path("other/disk"), join(repo, "snapshots"));
  expect((await bench.run(cache.stepOf(0))).outcome).toMatchObject({
    kind: "failed",
    failure: { code: "path_refused" },
  });
  expect(await readdir(cache.snapshot)).toEqual([]);
});
