/** Files that commands write: what must not be replaced, and what the disk has against it. */
import { execFileSync } from "node:child_process";
import { lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { Ran } from "./world/cli.ts";
import { endAllCli, runCli } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";

const isRoot = process.getuid?.() === 0;
let world: World;
let server: Haulyard;
let folder: string;

beforeAll(async () => {
  world = await createWorld();
  server = await startHaulyard(world);
  folder = await mkdtemp(join(tmpdir(), "haulyard-output-"));
  await mkdir(join(folder, "there"));
  await writeFile(join(folder, "mine"), "mine");
  await symlink("mine", join(folder, "link"));
  await symlink("nowhere", join(folder, "dangling"));
  execFileSync("mkfifo", [join(folder, "fifo")]);
});
afterAll(async () => {
  await server.stop();
  await world.remove();
  await rm(folder, { recursive: true });
});
afterEach(() => endAllCli());

const cli = (...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: folder, env: { HAULYARD_URL: server.url } });

describe.each([
  ["backup", ["backup"]],
  ["lock -o", ["lock", "-o"]],
])("%s", (_, command) => {
  it.each([
    ["a pipe", "fifo", "it is no regular file", () => lstat(join(folder, "fifo")), "isFIFO"],
    ["a link", "link", "it is a symbolic link", () => lstat(join(folder, "link")), "isSymbolicLink"],
    [
      "a link to nothing",
      "dangling",
      "a symbolic link",
      () => lstat(join(folder, "dangling")),
      "isSymbolicLink",
    ],
    ["a folder", "there", "it is a folder", () => lstat(join(folder, "there")), "isDirectory"],
    ["this folder", ".", "it is a folder", () => lstat(folder), "isDirectory"],
  ] as const)("leaves %s alone and says why", async (_name, file, words, look, kind) => {
    const ran = await cli(...command, file);
    expect(ran.stderr).toContain(words);
    expect(ran.code).toBe(4);
    expect((await look())[kind]()).toBe(true);
    expect(await readFile(join(folder, "mine"), "utf8")).toBe("mine");
  });

  it.skipIf(!isRoot)("leaves a device alone (needs root to make one)", async () => {
    const device = join(folder, `null-${command[0]}`);
    execFileSync("mknod", [device, "c", "1", "3"]);
    const ran = await cli(...command, device);
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining("it is no regular file") });
    expect((await lstat(device)).isCharacterDevice()).toBe(true);
  });

  it("no name is a wrong use", async () => {
    for (const name of ["", "new/"])
      expect(await cli(...command, name)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining("expected the name of a file"),
      });
  });

  it.each([
    ["a folder that is not there", "/nonexist/x", 3, "The folder of /nonexist/x is not there."],
    ["a folder that takes no files", "/proc/x", 4, "its folder takes no files"],
    ["a name too long", "x".repeat(300), 4, "is too long"],
  ])("%s is said in a sentence", async (_name, file, code, words) => {
    const ran = await cli(...command, file);
    expect(ran.stderr).toContain(words);
    expect(ran.stderr).not.toMatch(/\n\s+at /);
    expect(ran.code).toBe(code);
  });
});

it("a file of somebody's own beside the lock file is not touched", async () => {
  const own = join(folder, "own.lock.yaml.new");
  await writeFile(own, "my own");
  expect(await cli("lock", "-o", "own.lock.yaml")).toMatchObject({ code: 0 });
  expect(await readFile(own, "utf8")).toBe("my own");
  expect((await readdir(folder)).filter((name) => name.startsWith(".haulyard-"))).toEqual([]);
});
