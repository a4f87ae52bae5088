/** What `haulyard get` is asked to write where it cannot be, and what it says to do then. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { lstat, mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import type { Ran } from "./world/cli.ts";
import { endAllCli, runCli } from "./world/cli.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

let folder: string;
let origin: Origin;
let url: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-refusals-"));
  origin = await startOrigin();
  url = origin.put("/model.gguf", { size: 5000 });
  await mkdir(join(folder, "there"));
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(async () => {
  await origin.close();
  await rm(folder, { recursive: true });
});
afterEach(() => endAllCli());

const get = (...args: string[]): Promise<Ran> => runCli(["get", ...args], { cwd: folder });

it("a pipe is not replaced, not even with --overwrite, and another name is advised", async () => {
  for (const more of [[], ["--overwrite"]]) {
    const ran = await get(url, "-o", "fifo", ...more);
    expect(ran.stderr).toMatch(/it is no regular file\.\n +Give the file another name\.\n/);
    expect(ran.code).toBe(4);
    expect((await lstat(join(folder, "fifo"))).isFIFO()).toBe(true);
  }
});

it("of a folder in the place of the file it is said how to write into it", async () => {
  const ran = await get(url, "-o", "there");
  expect(ran.stderr).toMatch(/it is a folder\.\n.*-d/);
  expect(ran.code).toBe(4);
  expect(await readdir(join(folder, "there"))).toEqual([]);
});

it.each(["x.part", "x".repeat(252)])("of a name that cannot be (%s) another one is advised", async (name) => {
  const ran = await get(url, "-o", name);
  expect(ran.stderr).toMatch(/\n +Give another name or path: .*not too long.*ending in \.part\.\n/);
  expect(ran.code).toBe(4);
});

it.skipIf(!existsSync("/proc/self"))(
  "a folder that takes no files is not tried again and again",
  async () => {
    const ran = await get(url, "-d", "/proc");
    expect(ran.stderr).toContain("/proc takes no files");
    expect(ran.stderr).not.toContain("next try");
    expect(ran.code).toBe(4);
  },
);

it("a list without an end is not read for ever", async () => {
  expect(await get("-i", "/dev/zero")).toMatchObject({
    code: 2,
    stderr: "haulyard: --input-file: /dev/zero is longer than 64 MiB: no list is that long.\n",
  });
});
