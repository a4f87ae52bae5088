import { readdirSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { makeFolders, makeFoldersNow } from "./make-folders.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-folders-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each([
  ["makeFolders", makeFolders],
  ["makeFoldersNow", async (path: string, mode?: number) => makeFoldersNow(path, mode)],
])("%s", (name, make) => {
  test("makes a folder with all that is missing above it, with its mode, and again for nothing", async () => {
    const deep = join(folder, name, "a/b");
    await make(deep, 0o700);
    await make(deep, 0o700);
    expect((await stat(deep)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, name))).mode & 0o777).toBe(0o700);
  });

  test("says what is in the way", async () => {
    const file = join(folder, `${name}.txt`);
    await writeFile(file, "");
    await expect(make(file)).rejects.toMatchObject({ code: "EEXIST" });
    await expect(make(join(file, "below"))).rejects.toMatchObject({ code: "ENOTDIR" });
  });

  // With `recursive` this test never ends, and nor does its process.
  test.skipIf(process.platform !== "linux")(
    "comes back from a file system that has no room for folders",
    async () => {
      await expect(make("/proc/haulyard/a/b")).rejects.toMatchObject({ code: "ENOENT" });
    },
  );

  test("says that this user may not", async () => {
    // Root may make folders wherever a file system takes them.
    const closed = process.getuid?.() === 0 ? "/sys/kernel" : join(folder, `${name}-closed`);
    if (closed !== "/sys/kernel") await mkdir(closed, { mode: 0o500 });
    await expect(make(join(closed, "haulyard"))).rejects.toMatchObject({
      code: expect.stringMatching(/^(?:EACCES|EPERM|EROFS)$/),
    });
  });
});

test("nobody makes folders in another way that never ends there", () => {
  const root = join(import.meta.dirname, "..");
  const sources = readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) =>
      path.endsWith(".ts") && !/\.(?:test|suite)\.ts$|(?:^|\/)(?:testing|suite|fixtures)\//.test(path),
  );
  expect(sources.length).toBeGreaterThan(500);
  const found = sources.filter((path) =>
    /\bmkdir(?:Sync)?\([^;]*recursive/.test(readFileSync(join(root, path), "utf8")),
  );
  expect(found).toEqual([]);
});
