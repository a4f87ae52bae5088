import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { checkFolder, judgeDisk } from "./check-folder.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-doctor-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const check = (path: string) =>
  checkFolder({ name: "models_folder", title: "models", path, setting: "HAULYARD_MODELS_DIR" });

const GIB = 1024 ** 3;
const disk = { type: 0xef53, free: 100 * GIB };

test("a folder that can be written is written to, and looks as before", async () => {
  expect(await check(folder)).toMatchObject({
    area: "folders",
    name: "models_folder",
    message: expect.stringMatching(/^The models folder .* can be written, [\d.]+[KMGTP]iB free/),
  });
  expect(await readdir(folder)).toEqual([]);
});

test("one that is made when it is needed is judged by what is above it, and not made now", async () => {
  const { state, message } = await check(join(folder, "a/b"));
  expect(state).not.toBe("problem");
  expect(message).toContain("will be made when it is needed");
  expect(await readdir(folder)).toEqual([]);
});

test("a file in its place is a problem that names the setting", async () => {
  const file = join(folder, "models");
  await writeFile(file, "");
  for (const path of [file, join(file, "below")]) {
    const found = await check(path);
    expect(found).toMatchObject({ state: "problem", advice: expect.stringContaining("HAULYARD_MODELS_DIR") });
    expect(found.message).toContain("is no folder");
  }
});

test("where nobody may write, not even root, it is said", async () => {
  expect(await check("/proc/self")).toMatchObject({ state: "problem" });
});

test("little space and a disk in memory are hints, a database on a network file system is a problem", () => {
  const of = (facts: Partial<typeof disk>, holdsDatabase = false): string =>
    judgeDisk({ ...disk, ...facts }, holdsDatabase);
  expect(of({})).toBe("fine");
  expect(of({ free: GIB })).toBe("little_space");
  expect(of({ type: 0x01021994 })).toBe("in_memory");
  expect(of({ type: 0x6969 })).toBe("fine");
  expect(of({ type: 0x6969 }, true)).toBe("locks_in_doubt");
  // Some machines give the type as a signed number.
  expect(of({ type: 0xff534d42 | 0 }, true)).toBe("locks_in_doubt");
});
