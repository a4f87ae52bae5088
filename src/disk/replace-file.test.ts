import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { replaceFile, sweepTemps } from "./replace-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-replace-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a text takes the place of a file, whose rights stay, and nothing is left beside it", async () => {
  const path = join(folder, "a.json");
  await writeFile(path, "old");
  await chmod(path, 0o640);
  const written = await replaceFile(path, "new");
  expect(await readFile(path, "utf8")).toBe("new");
  const now = await stat(path, { bigint: true });
  expect(now.mode & 0o777n).toBe(0o640n);
  expect(written).toMatchObject({ ino: now.ino, size: now.size, mtimeNs: now.mtimeNs });
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("a file has the rights that were asked for, whatever the old one had", async () => {
  const path = join(folder, "secret");
  await writeFile(path, "old");
  await chmod(path, 0o644);
  await replaceFile(path, "new", { mode: 0o600 });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test("whoever is asked last may leave everything as it is", async () => {
  const path = join(folder, "a.json");
  await writeFile(path, "old");
  expect(await replaceFile(path, "new", { stillValid: async () => false })).toBeNull();
  expect(await readFile(path, "utf8")).toBe("old");
  expect(await readdir(folder)).toEqual(["a.json"]);
});

test("what killed processes have left is swept away, of this release and of those before, and nothing else", async () => {
  const left = [".a.json.4242.tmp", ".a.json.0f8fad5b-d9cb-469f-a165-70867728950e.tmp"];
  const others = ["..a.json.4242.tmp", ".a.json.mine.tmp", ".b.json.4242.tmp", "a.json"];
  for (const name of [...left, ...others]) await writeFile(join(folder, name), "");
  await sweepTemps(join(folder, "a.json"));
  expect((await readdir(folder)).toSorted()).toEqual(others.toSorted());
});
