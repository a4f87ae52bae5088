/** Small files: the same promises as for any other, by a shorter way. */
import { execFile } from "node:child_process";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import type { FileSpec } from "../../../test/world/origin-script.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import type { RunSpec } from "../testing/bench.ts";
import { createBench, sha256, HastyClock } from "../testing/bench.ts";
import type { RunPoint } from "../transfer-settings.ts";

const KB = 1000;
const SIZE = 700 * KB;
const isRoot = process.getuid?.() === 0;
const exec = promisify(execFile);

describe("a small file", () => {
  test("is not on the disk before it is right; then it has its name, and nothing is left beside it", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    const seen: [RunPoint, string[]][] = [];
    await using bench = await createBench({
      onPoint: async (point) => void seen.push([point, await bench.names()]),
    });
    const { outcome, resolved } = await bench.run({
      url: `${origin.url}/a.bin`,
      checksum: sha256(origin.hash("/a.bin")),
    });
    expect(outcome).toMatchObject({ kind: "complete", size: SIZE, checksumState: { kind: "verified" } });
    expect(resolved).toEqual([{ path: bench.path("a.bin"), name: "a.bin", size: SIZE }]);
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(await bench.names()).toEqual(["a.bin"]);
    expect((await stat(bench.path("a.bin"))).nlink).toBe(1);
    const lock = "a.bin.part.lock";
    expect(seen).toEqual([
      ...["locked", "answered", "fetched", "verifying", "verified"].map((point) => [point, [lock]]),
      ["began", ["a.bin.part", lock]],
      ["synced", ["a.bin.part", lock]],
      ["linked", ["a.bin", "a.bin.part", lock]],
      ["placed", ["a.bin", lock]],
    ]);
  });

  test("that takes its time goes to the disk in the middle, by the same answer", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: 200 * KB } });
    await using bench = await createBench();
    const running = bench.run({ url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) });
    await expect.poll(() => bench.names()).toContain("a.bin.part");
    expect(origin.bytesSent("/a.bin")).toBeLessThan(SIZE);
    expect((await running).outcome).toMatchObject({ kind: "complete", checksumState: { kind: "verified" } });
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    expect(origin.requests).toHaveLength(1);
  });

  test("that was begun the ordinary way goes on from what is stored", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE, bytesPerSecond: 4000 * KB } });
    await using bench = await createBench({ limits: { smallBytes: 0 } });
    await using other = await createBench();
    await bench.runUntil({ url: `${origin.url}/a.bin` }, SIZE / 2);
    expect(await bench.names()).toContain("a.bin.part.json");
    const spec = { url: `${origin.url}/a.bin`, folder: bench.folder };
    expect((await other.run(spec)).outcome.kind).toBe("complete");
    expect(origin.requests.map(({ range }) => range)).toContainEqual(
      expect.stringMatching(/^bytes=[1-9]\d*-$/),
    );
    expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
  });

  test("does not replace what gets its name while it comes", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    await using bench = await createBench({
      onPoint: async (point) => {
        if (point === "verified") await writeFile(bench.path("a.bin"), "mine");
      },
    });
    const spec = { url: `${origin.url}/a.bin`, checksum: sha256(origin.hash("/a.bin")) };
    expect((await bench.run(spec)).outcome).toMatchObject({ failure: { code: "destination_exists" } });
    expect(await readFile(bench.path("a.bin"), "utf8")).toBe("mine");
    expect(await bench.names()).toEqual(["a.bin"]);
    expect(origin.requests).toHaveLength(1);
  });

  test("is fetched to a folder that has disappeared since the one before it", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE }, "/b.bin": { size: SIZE } });
    await using bench = await createBench();
    const folder = bench.path("sub");
    expect((await bench.run({ url: `${origin.url}/a.bin`, folder })).outcome.kind).toBe("complete");
    await rm(folder, { recursive: true });
    expect((await bench.run({ url: `${origin.url}/b.bin`, folder })).outcome.kind).toBe("complete");
    expect(await bench.hash("sub/b.bin")).toBe(origin.hash("/b.bin"));
  });

  test("is one of hundreds at once, and each is whole", async () => {
    const files = Array.from({ length: 300 }, (_, nth): [string, FileSpec] => [
      `/${nth}.bin`,
      { size: (nth * 7919) % (SIZE / 2), seed: nth + 1 },
    ]);
    await using origin = await startOrigin(Object.fromEntries(files));
    await using bench = await createBench();
    await Promise.all(
      files.map(async ([path], nth) => {
        const checksum = nth % 2 === 0 ? sha256(origin.hash(path)) : null;
        const { outcome } = await bench.run({ url: origin.url + path, checksum });
        expect(outcome).toMatchObject({
          kind: "complete",
          checksumState: { kind: checksum === null ? "unverified" : "verified" },
        });
        expect(await bench.hash(path.slice(1))).toBe(origin.hash(path));
      }),
    );
    expect(await bench.names()).toHaveLength(300);
  });
});

/** What a server may do, and what of it has to be told apart. */
const HABITS: Record<string, FileSpec & { spec?: (hash: string) => Partial<RunSpec> }> = {
  "sends it": { size: SIZE },
  "sends nothing, as the file is empty": { size: 0 },
  "sends exactly one piece of our memory": { size: 256 * 1024 },
  "sends one byte more than a piece": { size: 256 * 1024 + 1 },
  "sends the largest that is small": { size: 2 * 1024 * 1024 },
  "sends wrong bytes under a right hash": {
    size: SIZE,
    wrongBytes: true,
    spec: (hash) => ({ checksum: sha256(hash) }),
  },
  "sends wrong bytes once": {
    size: SIZE,
    rules: [{ wrongBytes: true, times: 1 }],
    spec: (hash) => ({ checksum: sha256(hash) }),
  },
  "has the hash wrong that it tells": { size: SIZE, headers: { "x-linked-etag": `"${"0".repeat(64)}"` } },
  "has another size than expected": { size: SIZE, spec: () => ({ size: SIZE + 1 }) },
  "breaks off once": { size: SIZE, rules: [{ cutAfter: 300 * KB, times: 1 }] },
  "breaks off again and again": { size: SIZE, rules: [{ cutAfter: 100 * KB, times: 5 }] },
  "resets the connection": { size: SIZE, rules: [{ cutAfter: 300 * KB, cut: "rst", times: 1 }] },
  "breaks off and does not resume": {
    size: SIZE,
    ranges: "off",
    rules: [{ cutAfter: 300 * KB, times: 1 }],
  },
  "always breaks off at once": { size: SIZE, cutAfter: 0 },
  "announces less than it sends": { size: SIZE, length: -10 },
  "announces more than it sends": { size: SIZE, length: 10 },
  "tells no length": { size: SIZE, length: "chunked" },
  "ends with the connection": { size: SIZE, length: "close" },
  "compresses what nobody asked to be": { size: SIZE, gzip: true },
  "sends its login page": { size: SIZE, html: "Log in", contentType: "text/html" },
  "does not have it": { size: SIZE, status: 404 },
  "is not allowed to give it": { size: SIZE, status: 403 },
  "has a bad moment": { size: SIZE, rules: [{ status: 503, times: 2 }] },
  "asks for patience": { size: SIZE, rules: [{ status: 429, retryAfter: 2, times: 1 }] },
  "leads elsewhere": { size: SIZE, redirect: "/b.bin" },
  "leads in circles": { size: SIZE, redirect: "loop" },
};

test.each(Object.entries(HABITS))("a server that %s is met as with a large file", async (_, habit) => {
  const { spec, ...file } = habit;
  // Of a server that keeps a promise back nothing more is to come; of others it may, however slow the machine.
  const stalls = typeof file.length === "number" && file.length > 0;
  const ends = await Promise.all(
    [0, 2 * 1024 * 1024].map(async (smallBytes) => {
      await using origin = await startOrigin({ "/a.bin": file, "/b.bin": { size: 500 * KB, seed: 5 } });
      const limits = { smallBytes, ...(stalls ? { stallMs: 300 } : {}) };
      const clock = HastyClock.standing();
      await using bench = await createBench({ limits, clock, random: () => 1 });
      const { outcome } = await bench.run({
        url: `${origin.url}/a.bin`,
        name: "a.bin",
        ...spec?.(origin.hash("/a.bin")),
      });
      const told = JSON.stringify(outcome)
        .replaceAll(bench.folder, "FOLDER")
        .replaceAll(new URL(origin.url).host, "HOST");
      const hash = outcome.kind === "complete" ? await bench.hash("a.bin") : null;
      // How much comes before a reset is as the network has it.
      const isReset = file.rules?.some(({ cut }) => cut === "rst") === true;
      const asked = origin.requests.map(({ path, range, status }) => ({
        path,
        range: isReset ? range !== null : range,
        status,
      }));
      return { told, hash, asked, sleeps: clock.sleeps, names: await bench.names() };
    }),
  );
  expect(ends[1]).toEqual(ends[0]);
});

test("what is written is synced before it has its name, and the name before it is told", async (context) => {
  await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
  await using bench = await createBench();
  const trace = bench.path("trace");
  const script = new URL("../testing/transfer-child.ts", import.meta.url).pathname;
  const order = JSON.stringify({ step: bench.step({ url: `${origin.url}/a.bin`, folder: bench.path("x") }) });
  const calls = "openat,pwrite64,pwritev,write,fsync,fdatasync,link,unlink";
  const strace = [
    "-f",
    "-y",
    "-s",
    "20",
    "-o",
    trace,
    "-e",
    `trace=${calls}`,
    process.execPath,
    script,
    order,
  ];
  const ran = await exec("strace", strace).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  });
  if (ran === null) context.skip("strace is not installed");
  const lines = (await readFile(trace, "utf8")).split("\n");
  const at = (pattern: RegExp): number => lines.findLastIndex((line) => pattern.test(line));
  const wrote = at(/pwrite(64|v)\(\d+<.*a\.bin\.part>/);
  const synced = at(/fsync\(\d+<.*a\.bin\.part>/);
  const named = at(/link\(".*a\.bin\.part", ".*a\.bin"\)/);
  const lasts = at(/fsync\(\d+<.*\/x>/);
  const told = at(/write\(1<.*"\{\\"outcome/);
  const moments = [wrote, synced, named, lasts, told];
  expect(moments.every((line) => line >= 0)).toBe(true);
  expect(moments).toEqual([...moments].sort((a, b) => a - b));
});

describe.skipIf(!isRoot)("on a full disk (mounting one needs root)", () => {
  const limits = { spaceMarginBytes: 0 };

  test.each([
    ["no room for the bytes", "size=512k"],
    ["no room for another name", "nr_inodes=3"],
  ])("with %s it is said, nothing is left, and when there is room the file comes", async (_, option) => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    await using bench = await createBench({ limits });
    await exec("mount", ["-t", "tmpfs", "-o", option, "tmpfs", bench.folder]);
    try {
      const spec = { url: `${origin.url}/a.bin` };
      if (option.startsWith("nr")) await writeFile(bench.path("filler"), "");
      expect((await bench.run(spec)).outcome).toMatchObject({ kind: "no_space" });
      expect((await bench.names()).filter((name) => name === "a.bin")).toEqual([]);
      await exec("mount", ["-o", "remount,size=8m,nr_inodes=100", bench.folder]);
      expect((await bench.run(spec)).outcome).toMatchObject({ kind: "complete" });
      expect(await bench.hash("a.bin")).toBe(origin.hash("/a.bin"));
    } finally {
      await exec("umount", ["-l", bench.folder]);
    }
  });

  test("that fills up while it is written it is no space as well, and no wrong file", async () => {
    await using origin = await startOrigin({ "/a.bin": { size: SIZE } });
    await using bench = await createBench({
      limits,
      onPoint: async (point) => {
        if (point === "verifying") await writeFile(bench.path("filler"), Buffer.alloc(600 * KB));
      },
    });
    await exec("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", bench.folder]);
    try {
      const spec = { url: `${origin.url}/a.bin` };
      expect((await bench.run(spec)).outcome).toMatchObject({ kind: "no_space" });
      expect(await bench.names()).not.toContain("a.bin");
      expect(origin.requests).toHaveLength(1);
    } finally {
      await exec("umount", ["-l", bench.folder]);
    }
  });
});
