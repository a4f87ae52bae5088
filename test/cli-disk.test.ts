/** What `haulyard get` says of a disk that fails or is full, and that it goes on when it is well again. */
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Ran } from "./world/cli.ts";
import { endAllCli, HAULYARD, runCli, startCli } from "./world/cli.ts";
import type { Fault } from "./world/fragile-disk/faults.ts";
import type { FragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import { mountFragileDisk, whyNoFragileDisk } from "./world/fragile-disk/fragile-disk.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { lookThrough } from "./world/promises.ts";

const run = promisify(execFile);
const MB = 1_000_000;
const NAME = "a.bin";
const isRoot = process.getuid?.() === 0;

let origin: Origin;
beforeAll(async () => {
  origin = await startOrigin();
});
afterAll(() => origin.close());
afterEach(() => endAllCli());

function get(folder: string): Promise<Ran> {
  return runCli(["get", `${origin.url}/${NAME}`, "-d", folder], { cwd: tmpdir() });
}

async function expectWhole(folder: string): Promise<void> {
  expect(await get(folder)).toMatchObject({ code: 0 });
  const found = await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)]);
  expect(found.broken).toEqual([]);
  expect(found.names).toEqual([NAME]);
}

/** Bytes sent since, beyond those that were missing: fetched twice, or on the wire when a run ended. */
function fetchedTwice(sentBefore: number, missing: number): number {
  return origin.bytesSent(`/${NAME}`) - sentBefore - missing;
}

const impossible = whyNoFragileDisk();

describe.skipIf(impossible !== null)(
  `a disk that fails (${impossible ?? "as root, a disk of our own"})`,
  () => {
    let disk: FragileDisk;
    beforeAll(async () => {
      disk = await mountFragileDisk();
    });
    afterAll(() => disk[Symbol.asyncDispose]());
    afterEach(() => disk.clear());

    const part = `${NAME}.part`;
    test.each<[string, Fault, number, RegExp]>([
      [
        "is full",
        { on: ["write"], name: part, after: 3, errno: "ENOSPC", times: null },
        6,
        /disk .* is full/,
      ],
      [
        "is over its quota",
        { on: ["write"], name: part, errno: "EDQUOT", times: null },
        6,
        /quota .* is used up/,
      ],
      [
        "cannot be read or written",
        { on: ["write"], name: part, after: 3, errno: "EIO" },
        1,
        /error \(EIO\)/,
      ],
      ["loses what it was to keep", { on: ["sync"], name: part, errno: "EIO" }, 1, /error \(EIO\)/],
      ["turned read-only", { on: ["write", "create"], errno: "EROFS", times: null }, 4, /read-only/],
    ])("that %s is said in a sentence, with the exit code for it", async (_, fault, code, words) => {
      origin.put(`/${NAME}`, { size: 5 * MB });
      const folder = await disk.folder("downloads");
      await disk.fail([fault]);
      const ran = await get(folder);
      expect(ran.stderr).toMatch(words);
      expect(ran.code).toBe(code);
      await disk.fail([]);
      expect((await readdir(folder)).includes(NAME)).toBe(false);
      // Nothing is claimed that would not be there after a power cut.
      const left = await disk.cutPower("downloads", "lost", 1);
      expect((await lookThrough(left, NAME, [origin.bytes(`/${NAME}`)])).broken).toEqual([]);
      await disk.forget(basename(left));
      await expectWhole(folder);
    });
  },
);

test("a limit on the size of files (ulimit -f) is said, and the download goes on without it", async () => {
  origin.put(`/${NAME}`, { size: 6 * MB });
  const folder = await mkdtemp(join(tmpdir(), "haulyard-limit-"));
  const script = `ulimit -f 4000 && exec "$0" "$@"`; // blocks of 512 or 1024 bytes
  const args = ["-c", script, HAULYARD, "get", `${origin.url}/${NAME}`, "-d", folder];
  const ran = await startCli(args, { cwd: tmpdir() }, "/bin/sh").ended;
  expect(ran).toMatchObject({ code: 1, signal: null });
  expect(ran.stderr).toMatch(/does not take files of this size/);
  expect((await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)])).broken).toEqual([]);
  await expectWhole(folder);
  await rm(folder, { recursive: true });
});

describe.skipIf(!isRoot)("small and damaged file systems (need root to mount them)", () => {
  const mounted: string[] = [];
  afterEach(async () => {
    for (const folder of mounted.splice(0)) await run("umount", ["-l", folder]);
  });

  test("a disk that is filled by a file of unknown length: exit code 6, what fits is kept", async () => {
    const folder = await mkdtemp(join(tmpdir(), "haulyard-small-"));
    await run("mount", ["-t", "tmpfs", "-o", `size=${70 * MB}`, "tmpfs", folder]);
    mounted.push(folder);
    const size = 90 * MB;
    origin.put(`/${NAME}`, { size, length: "chunked" });
    const before = origin.bytesSent(`/${NAME}`);
    const ran = await get(folder);
    expect(ran.stderr).toMatch(/full|free/);
    expect(ran.code).toBe(6);
    const { claimed, broken } = await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)]);
    expect(broken).toEqual([]);
    const kept = claimed[0]?.[1] ?? 0;
    expect(kept).toBeGreaterThan(60 * MB);
    const sent = origin.bytesSent(`/${NAME}`);
    expect(sent).toBeGreaterThan(before);
    await run("mount", ["-o", `remount,size=${300 * MB}`, folder]);
    await expectWhole(folder);
    expect(fetchedTwice(sent, size - kept)).toBeLessThan(8 * MB);
  });

  test("an ext4 that turns read-only under way, as it does when it finds itself damaged", async () => {
    const base = await mkdtemp(join(tmpdir(), "haulyard-ext4-"));
    const [image, root] = [join(base, "disk.img"), join(base, "disk")];
    writeFileSync(image, "");
    await mkdir(root);
    await run("truncate", ["-s", "600M", image]);
    await run("mkfs.ext4", ["-q", image]);
    const mount = (): Promise<unknown> => run("mount", ["-o", "loop,errors=remount-ro", image, root]);
    await mount();
    mounted.push(root);
    const folder = join(root, "downloads");
    const size = 24 * MB;
    // So slow that it is still under way when the disk breaks, however long that takes to bring about.
    origin.put(`/${NAME}`, { size, bytesPerSecond: MB / 4 });
    const args = ["get", `${origin.url}/${NAME}`, "-x", "1", "-d", folder];
    const running = startCli(args, { cwd: tmpdir() });
    // After the first time it was flushed.
    await expect.poll(async () => (await claimsOf(folder)).length).toBeGreaterThan(0);
    await run("sync", ["-f", root]); // ext4 would do it within five seconds
    const { stdout: device } = await run("findmnt", ["-n", "-o", "SOURCE", root]);
    writeFileSync(`/sys/fs/ext4/${basename(device.trim())}/trigger_fs_error`, "1");
    origin.release(`/${NAME}`);
    const ran = await running.ended;
    expect(ran.code).toBe(4);
    expect(ran.stderr).toMatch(/read-only/);
    await run("umount", [root]);
    await run("e2fsck", ["-fy", image]).catch(() => {}); // 1: mended
    await mount();
    const claimed = await claimsOf(folder);
    expect(claimed.length).toBeGreaterThan(0);
    const { broken } = await lookThrough(folder, NAME, [origin.bytes(`/${NAME}`)]);
    expect(broken).toEqual([]);
    await expectWhole(folder);
    expect((await stat(join(folder, NAME))).size).toBe(size);
  });
});

async function claimsOf(folder: string): Promise<unknown[]> {
  const text = await readFile(join(folder, `${NAME}.part.json`), "utf8").catch(() => '{"done":[]}');
  return (JSON.parse(text) as { done: unknown[] }).done;
}
