/** `haulyard get` with many files, as people run it: real processes against a real server. */
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { endAllCli, getLines, runCli, startCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { FileSpec } from "./world/origin-script.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const KB = 1000;
const MB = 1_000_000;
let folder: string;
let origin: Origin;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-many-"));
  origin = await startOrigin();
});
afterEach(async () => {
  await endAllCli();
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (...args: string[]): Promise<Ran> => runCli(["get", ...args], { cwd: folder });
const files = async (): Promise<string[]> => (await readdir(folder)).sort();
const hashOf = async (name: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(folder, name)))
    .digest("hex");

/** Puts files of these kinds and answers their addresses. */
function put(count: number, spec: (nth: number) => FileSpec): string[] {
  return Array.from({ length: count }, (_, nth) =>
    origin.put(`/${nth}.bin`, { seed: nth + 1, ...spec(nth) }),
  );
}

async function expectAll(count: number): Promise<void> {
  const names = Array.from({ length: count }, (_, nth) => `${nth}.bin`);
  expect(await files()).toEqual([...names].sort());
  for (const name of names) expect(await hashOf(name)).toBe(origin.hash(`/${name}`));
}

/** Looks at how many requests wait for their answers, and says in the end how many did at most. */
function mostAtOnce(): () => number {
  let most = 0;
  const timer = setInterval(() => {
    most = Math.max(most, origin.requests.filter(({ end }) => end === "open").length);
  }, 5);
  return () => {
    clearInterval(timer);
    return most;
  };
}

describe("a thousand files", () => {
  it("come many at a time over few connections, each verified by the hash in the list", async () => {
    const urls = put(1000, (nth) => ({ size: (nth * 7919) % (40 * KB) }));
    const list = urls.map((url, nth) => `${url}\n checksum=sha-256=${origin.hash(`/${nth}.bin`)}`).join("\n");
    const ran = await runCli(["get", "-i", "-"], { cwd: folder, input: list });
    expect(ran.code).toBe(0);
    await expectAll(1000);
    const ports = new Set(origin.requests.map(({ port }) => port));
    expect(origin.requests).toHaveLength(1000);
    expect(ports.size).toBeLessThanOrEqual(20);
    const lines = ran.stdout.trimEnd().split("\n");
    expect(lines).toHaveLength(1001);
    expect(lines[0]).toMatch(/^saved .*\/\d+\.bin {2}.* {2}verified sha256 \(from the list\)$/);
    expect(lines.at(-1)).toMatch(/^1000 of 1000 files, 20\.\d MB in .* s, 1000 verified$/);
  });

  it("do not wait for each other: those that are slow to begin are waited for together", async () => {
    const urls = put(40, () => ({ size: KB, delayMs: 1_500 }));
    const together = mostAtOnce();
    expect((await get("-q", ...urls)).code).toBe(0);
    expect(together()).toBeGreaterThan(3);
    await expectAll(40);
  });

  it("are as many at a time as -j says", async () => {
    for (const [jobs, delayMs] of [
      [1, 200],
      [3, 1_500],
    ] as const) {
      const urls = put(6, () => ({ size: KB, delayMs }));
      await rm(folder, { recursive: true });
      await mkdir(folder);
      const running = get("-q", "-j", String(jobs), ...urls);
      const together = mostAtOnce();
      expect((await running).code).toBe(0);
      expect(together()).toBe(jobs);
    }
  });

  it("that are killed in the middle, again and again, end whole, and nothing is left beside them", async () => {
    const urls = put(300, (nth) => ({ size: (nth * 7919) % (300 * KB), delayMs: nth % 7 }));
    await writeFile(join(folder, "list"), urls.join("\n"));
    for (const waitMs of [350, 500, 650]) {
      const running = startCli(["get", "-q", "-i", "list", "-d", "out"], { cwd: folder });
      await sleep(waitMs);
      running.kill("SIGKILL");
      await running.ended;
    }
    expect((await get("-q", "-i", "list", "-d", "out")).code).toBe(0);
    folder = join(folder, "out");
    await expectAll(300);
    folder = join(folder, "..");
  });

  it("that are interrupted keep every partial, and go on from there", async () => {
    // None comes to its end before it is interrupted.
    const urls = put(3, () => ({ size: 20 * MB, cutAfter: 8 * MB, cut: "stall" }));
    const running = startCli(["get", "-x", "1", ...urls], { cwd: folder });
    for (const nth of [0, 1, 2]) await origin.until(() => origin.bytesSent(`/${nth}.bin`) >= 8 * MB);
    running.kill("SIGINT");
    const ran = await running.ended;
    expect(ran.code).toBe(130);
    for (const nth of [0, 1, 2]) {
      expect(await files()).toContain(`${nth}.bin.part`);
      expect(ran.stderr).toMatch(
        new RegExp(`${nth}\\.bin: interrupted; .* are kept in .*${nth}\\.bin\\.part`),
      );
    }
    expect(ran.stdout).toMatch(/0 of 3 files, .* 3 not finished/);
    put(3, () => ({ size: 20 * MB }));
    const sent = origin.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0);
    expect((await get("-q", ...urls)).code).toBe(0);
    const again = origin.requests.reduce((sum, { bytesSent }) => sum + bytesSent, 0) - sent;
    expect(again).toBeLessThan(50 * MB);
    await expectAll(3);
  });
});

describe("files that are there", () => {
  it("are not fetched again: a byte of each tells that it is the one", async () => {
    const urls = put(20, (nth) => ({ size: (nth + 1) * 100 * KB }));
    expect((await get("-q", ...urls)).code).toBe(0);
    const before = origin.requests.length;
    const ran = await get(...urls);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^there already .*0\.bin {2}/m);
    const asked = origin.requests.slice(before);
    expect(asked).toHaveLength(20);
    expect(asked.every(({ range, bytesSent }) => range === "bytes=0-0" && bytesSent === 1)).toBe(true);
  });

  it("are replaced by nothing that the server calls so in another folder of its own", async () => {
    await get("-q", origin.put("/a.bin", { size: KB }));
    const other = origin.put("/b/a.bin", { size: 2 * KB, seed: 7, ranges: "off" });
    const ran = await get(other);
    expect(ran.code).toBe(4);
    expect(await hashOf("a.bin")).toBe(origin.hash("/a.bin"));
    // A server that sends all of it where one byte was asked for is asked once.
    expect(origin.seen("/b/a.bin")).toHaveLength(1);
  });

  it("are begun anew where the name was another one after all", async () => {
    await writeFile(join(folder, "download"), "mine");
    const url = origin.put("/download", { size: 3 * MB, disposition: 'attachment; filename="real.bin"' });
    expect((await get(url)).code).toBe(0);
    expect(await hashOf("real.bin")).toBe(origin.hash("/download"));
    expect(await readFile(join(folder, "download"), "utf8")).toBe("mine");
  });
});

describe("two addresses that end in one name", () => {
  it("are told apart: the first of the list gets it, the other is left out and named", async () => {
    const urls = [
      origin.put("/a/config.json", { size: 500, delayMs: 300 }),
      origin.put("/b/config.json", { size: 500, seed: 2 }),
      origin.put("/c/other.json", { size: 100 }),
    ];
    const ran = await get(...urls);
    expect(ran.code).toBe(4);
    expect(await files()).toEqual(["config.json", "other.json"]);
    expect(await hashOf("config.json")).toBe(origin.hash("/a/config.json"));
    expect(ran.stderr).toMatch(
      /Two addresses of this command end in the same name: .*config\.json is for .*\/a\//,
    );
    expect(ran.stderr).toMatch(/so .*\/b\/config\.json was left out/);
    expect(ran.stderr).toMatch(/out=config\.json\.2/);
    expect(ran.stdout.trimEnd().split("\n").at(-1)).toMatch(/^2 of 3 files, .*, 1 failed$/);
  });

  it("are told apart by the names the server gives, too", async () => {
    const named = (seed: number): FileSpec => ({
      size: 3 * MB,
      seed,
      bytesPerSecond: 10 * MB,
      disposition: 'attachment; filename="same.bin"',
    });
    const ran = await get(`${origin.put("/one", named(1))}?id=1`, `${origin.put("/two", named(2))}?id=2`);
    expect(ran.code).toBe(4);
    expect(await files()).toEqual(["same.bin"]);
    expect(ran.stderr).toContain("Two addresses of this command end in the same name");
    expect([origin.hash("/one"), origin.hash("/two")]).toContain(await hashOf("same.bin"));
  });

  it("are one file if they are one address", async () => {
    const url = origin.put("/a.bin", { size: MB });
    const ran = await get(url, url);
    expect(ran.code).toBe(0);
    expect(ran.stdout).toMatch(/^saved .*a\.bin/m);
    expect(ran.stdout).toMatch(/^there already .*a\.bin/m);
    expect(await files()).toEqual(["a.bin"]);
  });
});

describe("a list", () => {
  it("says of each file where it goes, what hash it has, where else it is and what to send for it", async () => {
    origin.put("/gone.bin", { size: 300, status: 404 });
    const list = [
      "# what aria2 writes and reads",
      "",
      origin.put("/a.bin", { size: 100 }),
      "  out=named.bin",
      "\tdir=sub",
      `${origin.url}/gone.bin\t${origin.put("/mirror.bin", { size: 300 })}`,
      "  out=mirrored.bin",
      origin.put("/secret.bin", { size: 200, authorization: "Bearer hunter2" }),
      "  header=Authorization: Bearer hunter2",
      `  checksum=sha-1=${createHash("sha1")
        .update(origin.bytes("/secret.bin", 0, 200))
        .digest("hex")}`,
    ];
    await writeFile(join(folder, "list"), list.join("\r\n"));
    const ran = await get("-i", "list");
    expect(ran.code).toBe(0);
    expect(await files()).toEqual(["list", "mirrored.bin", "secret.bin", "sub"]);
    expect(await hashOf("sub/named.bin")).toBe(origin.hash("/a.bin"));
    expect(await hashOf("mirrored.bin")).toBe(origin.hash("/mirror.bin"));
    expect(ran.stdout).toMatch(/secret\.bin .* verified sha1 \(from the list\)/);
    expect(ran.stdout + ran.stderr).not.toContain("hunter2");
    expect(origin.seen("/a.bin")[0]?.headers["authorization"]).toBeUndefined();
  });

  it("with one wrong file gives all the others, and the exit code of that one", async () => {
    const urls = put(30, () => ({ size: KB }));
    const list = urls.flatMap((url, nth) =>
      nth === 7 ? [url, ` checksum=sha-256=${"0".repeat(64)}`] : [url],
    );
    const ran = await runCli(["get", "-i", "-"], { cwd: folder, input: list.join("\n") });
    expect(ran.code).toBe(5);
    expect(await files()).toHaveLength(29);
    expect(await files()).not.toContain("7.bin");
    // Told when it happens, and again at the end, where it is seen.
    expect(ran.stderr.match(/7\.bin has the sha256/g)).toHaveLength(2);
    expect(ran.stderr.trimEnd().split("\n").at(-2)).toBe("haulyard: 1 failed:");
  });

  it.each([
    [["  out=x"], /stdin, line 1: an indented line says something about the address above it/],
    [["https://a.example/x", " colour=red"], /stdin, line 2: expected out=, .* got colour=/],
    [
      ["", "https://a.example/x", "ftp://b.example/y"],
      /stdin, line 3: expected an http:\/\/ or https:\/\/ address/,
    ],
    [["https://a.example/x", " out=../y"], /stdin, line 1: out= names a file in its folder/],
    [["https://a.example/x", " checksum=sha-256=12"], /stdin, line 2: expected checksum=NAME=DIGITS/],
    [["https://a.example/x", " header=nonsense"], /stdin, line 1: expected 'Name: value'/],
  ] as const)("that is wrong is refused with the line: %j", async (lines, message) => {
    const ran = await runCli(["get", "-i", "-"], { cwd: folder, input: lines.join("\n") });
    expect(ran).toMatchObject({ code: 2, stdout: "" });
    expect(ran.stderr).toMatch(message);
    expect(await files()).toEqual([]);
  });
});

describe("without a terminal", () => {
  it("a line says every few seconds how far all of it is, and one for each file that it is there", async () => {
    const urls = put(3, () => ({ size: 7 * MB, bytesPerSecond: MB }));
    const ran = await get("-x", "1", ...urls);
    expect(ran.code).toBe(0);
    const totals = ran.stderr.split("\n").filter((line) => line.startsWith("0/3 files"));
    expect(totals.length).toBeGreaterThanOrEqual(1);
    expect(totals[0]).toMatch(
      /^0\/3 files {2}[\d.]+ [kM]B\/s {2}\d:\d\d left {2}.* \/ 21\.0 MB {2}[123] connections?$/,
    );
    expect(ran.stdout.trimEnd().split("\n")).toHaveLength(4);
  });

  it("-q says nothing but what went wrong", async () => {
    const urls = [...put(5, () => ({ size: KB })), `${origin.url}/none.bin`];
    const ran = await get("-q", ...urls);
    expect(ran).toMatchObject({ code: 3, stdout: "" });
    expect(ran.stderr.trimEnd().split("\n")).toHaveLength(2);
    expect(ran.stderr).toMatch(/none\.bin: .*404/);
  });

  it("--json tells of each file by its index, and of the whole", async () => {
    const urls = [...put(3, () => ({ size: 2 * MB, bytesPerSecond: MB })), `${origin.url}/none.bin`];
    const ran = await get("--json", ...urls);
    expect(ran.code).toBe(3);
    const lines = getLines(ran.stdout);
    for (const index of [1, 2, 3]) {
      const own = lines.filter((line) => line["index"] === index).map(({ event }) => event);
      expect(own.slice(0, 2)).toEqual(["begin", "resolved"]);
      expect(own.at(-1)).toBe("done");
    }
    expect(lines.find(({ event }) => event === "failed")).toMatchObject({ index: 4, code: "not_found" });
    const total = lines.findLast(({ event }) => event === "total");
    expect(total).toMatchObject({ count: 4, failed: 1 });
    expect(lines.at(-1)).toMatchObject({ event: "summary", done: 3, unverified: 3, failed: 1, exit_code: 3 });
  });
});
