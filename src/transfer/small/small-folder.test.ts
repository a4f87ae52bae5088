import { mkdir, mkdtemp, readdir, rm, statfs, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BY_THE_POOL } from "../disk/file-calls.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { SmallFolder } from "./small-folder.ts";

let path: string;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), "haulyard-small-"));
});
afterEach(() => rm(path, { recursive: true }));

/** Real calls; a sync waits until it is let go, and then takes what names there are. */
function gated(): { calls: FileCalls; syncs: { names: string[]; go: () => void }[] } {
  const syncs: { names: string[]; go: () => void }[] = [];
  const sync = async (fd: number): Promise<void> => {
    const names = await readdir(path);
    const { promise, resolve } = Promise.withResolvers<void>();
    syncs.push({ names, go: resolve });
    await promise;
    await BY_THE_POOL.sync(fd);
  };
  return { calls: { ...BY_THE_POOL, sync }, syncs };
}

describe("names that are to last", () => {
  test("share a sync, but never one that was begun before they were given", async () => {
    const { calls, syncs } = gated();
    const folder = new SmallFolder(path, calls);
    const done: string[] = [];
    const add = async (name: string): Promise<void> => {
      await writeFile(join(path, name), "");
      await folder.commit();
      done.push(name);
    };
    const first = add("1");
    await expect.poll(() => syncs.length).toBe(1);
    const others = ["2", "3", "4"].map(add);
    await expect.poll(async () => (await readdir(path)).length).toBe(4);
    expect(done).toEqual([]);
    syncs[0]?.go();
    await first;
    expect(done).toEqual(["1"]);
    await expect.poll(() => syncs.length).toBe(2);
    expect(syncs[1]?.names.sort()).toEqual(["1", "2", "3", "4"]);
    syncs[1]?.go();
    await Promise.all(others);
    expect(syncs).toHaveLength(2);
  });

  test("a sync that fails fails for those that waited for it, and the next one is tried", async () => {
    let failing = true;
    const sync = async (fd: number): Promise<void> => {
      if (failing) throw Object.assign(new Error("EIO"), { code: "EIO", syscall: "fsync" });
      await BY_THE_POOL.sync(fd);
    };
    const folder = new SmallFolder(path, { ...BY_THE_POOL, sync });
    await expect(folder.commit()).rejects.toThrow("EIO");
    failing = false;
    await folder.commit();
  });
});

describe("room on the disk", () => {
  test("is there for small files, and not beyond doubt where others were promised nearly all of it", async () => {
    const folder = new SmallFolder(path);
    expect(await folder.hasRoom(1000, 0)).toBe(true);
    expect(await folder.hasRoom(1000, Number.MAX_SAFE_INTEGER / 2)).toBe(false);
  });

  test("is looked at again after a look that failed: a disk in trouble once does not stay so", async () => {
    await rm(path, { recursive: true });
    const folder = new SmallFolder(path);
    await expect(folder.hasRoom(1, 0)).rejects.toThrow("ENOENT");
    await mkdir(path);
    expect(await folder.hasRoom(1, 0)).toBe(true);
  });

  test("is promised once, not to each of those who ask at the same time", async () => {
    const folder = new SmallFolder(path);
    const { bavail, bsize } = await statfs(path);
    const most = Math.floor((bavail * bsize) / 2);
    expect(await Promise.all([1, 2, 3].map(() => folder.hasRoom(most, 0)))).toEqual([true, false, false]);
  });
});
