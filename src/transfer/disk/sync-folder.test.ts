import { mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeFolder, removeEmptyFolders } from "./sync-folder.ts";

let home: string;
beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), "haulyard-folders-"));
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe("a folder", () => {
  test("is made with what is missing above it, and only that is taken away again", async () => {
    const folder = join(home, "a/b/c");
    const created = await makeFolder(folder);
    expect(created).toEqual([folder, join(home, "a/b"), join(home, "a")]);
    expect(await makeFolder(folder)).toEqual([]);
    await removeEmptyFolders(created);
    expect((await stat(home)).isDirectory()).toBe(true);
    await expect(stat(join(home, "a"))).rejects.toThrow("ENOENT");
  });

  test("is made for all who want it at once", async () => {
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, nth) => makeFolder(join(home, `a/b/${nth}`))),
    );
    expect(made.flat().filter((one) => one === join(home, "a"))).toHaveLength(1);
  });

  test("whose name a file has is refused, by that name", async () => {
    await writeFile(join(home, "file"), "");
    await expect(makeFolder(join(home, "file"))).rejects.toMatchObject({
      failure: { code: "path_refused", message: `${join(home, "file")} is no folder.` },
    });
    await expect(makeFolder(join(home, "file/below"))).rejects.toThrow("ENOTDIR");
  });

  test.skipIf(process.platform !== "linux")(
    "that no file system takes is given up: /proc has no such name, whoever asks",
    () => expect(makeFolder("/proc/haulyard/a")).rejects.toThrow(/ENOENT|EACCES/),
  );
});
