/** `haulyard get` as people run it: real processes against a real server that misbehaves. */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { textWidth } from "../src/cli/screen/clean-text.ts";
import { endAllCli, HAULYARD, getLines, runCli, startCli } from "./world/cli.ts";
import type { Ran, RunningCli } from "./world/cli.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const MB = 1_000_000;
let folder: string;
let origin: Origin;

/** Tries for half a minute: begun at the start, looked at in its test. */
let nobodyListens: RunningCli;
let otherFolder: string;

beforeAll(async () => {
  otherFolder = await mkdtemp(join(tmpdir(), "haulyard-cli-"));
  // Nobody is given this port by the system.
  nobodyListens = startCli(["get", "http://127.0.0.1:1/x.bin"], { cwd: otherFolder });
});
afterAll(async () => {
  await nobodyListens.ended;
  await rm(otherFolder, { recursive: true, force: true });
});

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-cli-"));
  origin = await startOrigin();
});
afterEach(async () => {
  await endAllCli(nobodyListens);
  await origin.close();
  await rm(folder, { recursive: true, force: true });
});

const get = (...args: string[]): Promise<Ran> => runCli(["get", ...args], { cwd: folder });
const hashOf = async (name: string): Promise<string> =>
  createHash("sha256")
    .update(await readFile(join(folder, name)))
    .digest("hex");
const files = async (): Promise<string[]> => (await readdir(folder)).sort();
const bodyBytes = (path: string): number => origin.bytesSent(path);

/** Until the partial file holds so much, as its ledger has it. */
async function partialOf(name: string, bytes: number): Promise<void> {
  for (let tries = 0; tries < 36_000; tries++) {
    const seen = await stat(join(folder, `${name}.part`)).catch(() => null);
    if (seen !== null && bodyBytes(`/${name}`) >= bytes) return;
    await new Promise((again) => setTimeout(again, 5));
  }
  throw new Error(`${name}.part did not get ${bytes} bytes; there are: ${(await files()).join(", ")}`);
}

describe("a file", () => {
  it("is saved under its name, whole, and what it was is said", async () => {
    const url = origin.put("/model.gguf", { size: 5 * MB });
    const ran = await get(url);
    expect(ran.code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
    expect(await files()).toEqual(["model.gguf"]);
    expect(ran.stdout).toContain(join(folder, "model.gguf"));
    expect(ran.stdout).toMatch(/5\.0 MB, .* s, .*\/s on average/);
    expect(ran.stdout).toMatch(/checksum +unverified: /);
  });

  it("is fetched once: asked for again it is not fetched, and exits 0", async () => {
    const url = origin.put("/model.gguf", { size: 60 * MB });
    await get(url, "-o", "named.gguf");
    await get(url);
    const before = origin.seen("/model.gguf").length;
    const named = await get(url, "-o", "named.gguf");
    expect(named).toMatchObject({ code: 0, stdout: expect.stringContaining("there already") });
    const again = await get(url);
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining("there already") });
    // Where only the server can tell the name its answer is begun, and left as soon as the name is known.
    const sent = origin.seen("/model.gguf").slice(before);
    expect(sent[0]?.bytesSent).toBeLessThanOrEqual(1);
    expect(sent.at(-1)?.bytesSent).toBeLessThan(10 * MB);
  });

  it("goes where -o and -d say", async () => {
    const url = origin.put("/model.gguf", { size: 1000 });
    expect((await get(url, "-o", "sub/name.gguf")).code).toBe(0);
    expect((await get(url, "-d", "other")).code).toBe(0);
    expect((await get(url, "-d", "other", "-o", ".hidden")).code).toBe(0);
    expect(await readdir(join(folder, "sub"))).toEqual(["name.gguf"]);
    expect((await readdir(join(folder, "other"))).sort()).toEqual([".hidden", "model.gguf"]);
  });

  it("takes the name the server gives, but never out of its folder", async () => {
    const url = origin.put("/download", {
      size: 1000,
      disposition: 'attachment; filename="../../.ssh/evil.bin"',
    });
    expect((await get(url)).code).toBe(0);
    expect(await files()).toEqual(["evil.bin"]);
  });

  it("with the right hash is verified, with a wrong one it does not appear: exit 5", async () => {
    const url = origin.put("/model.gguf", { size: 5 * MB });
    const wrong = await get(url, "--sha256", "0".repeat(64));
    expect(wrong.code).toBe(5);
    expect(wrong.stderr).toContain(origin.hash("/model.gguf"));
    expect(await files()).toEqual([]);
    const right = await get(url, "--sha256", origin.hash("/model.gguf").toUpperCase());
    expect(right).toMatchObject({
      code: 0,
      stdout: expect.stringContaining("verified sha256 (from --sha256)"),
    });
  });

  it("of another content under the same name is left alone (exit 4), unless it may be overwritten", async () => {
    const url = origin.put("/model.gguf", { size: 2 * MB });
    await writeFile(join(folder, "model.gguf"), "mine");
    const refused = await get(url);
    expect(refused.code).toBe(4);
    expect(await readFile(join(folder, "model.gguf"), "utf8")).toBe("mine");
    expect((await get(url, "--overwrite")).code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
  });

  it("comes from a mirror when its own server has it no more", async () => {
    const gone = origin.put("/model.gguf", { size: 2 * MB, status: 404 });
    const mirror = origin.put("/mirror/model.gguf", { size: 2 * MB });
    const ran = await get(gone, "--mirror", mirror);
    expect(ran.code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/mirror/model.gguf"));
  });

  it("comes no faster than it may", async () => {
    const url = origin.put("/model.gguf", { size: 2 * MB });
    const began = performance.now();
    expect((await get(url, "--limit-rate", "1MB")).code).toBe(0);
    expect(performance.now() - began).toBeGreaterThan(1500);
  });
});

describe("a download that is cut off", () => {
  it("by kill -9 goes on from what was saved, and ends byte for byte", async () => {
    const url = origin.put("/model.gguf", { size: 40 * MB, bytesPerSecond: 5 * MB });
    const first = startCli(["get", "-x", "1", url], { cwd: folder });
    await partialOf("model.gguf", 30 * MB);
    first.kill("SIGKILL");
    expect(await first.ended).toMatchObject({ code: null, signal: "SIGKILL" });
    expect(existsSync(join(folder, "model.gguf"))).toBe(false);
    const before = bodyBytes("/model.gguf");
    origin.change("/model.gguf", { bytesPerSecond: 1000 * MB });
    const second = await get("--json", url);
    expect(second.code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
    expect(await files()).toEqual(["model.gguf"]);
    // At most 5 s of the connection may be lost (CONTRACT §7.3), here 40 MB less what came in all but the last 5 s.
    expect(bodyBytes("/model.gguf") - before).toBeLessThan(40 * MB);
    const done = getLines(second.stdout).find(({ event }) => event === "done");
    expect(done?.["bytes_fetched"]).toBeLessThan(40 * MB);
  });

  it.each(["SIGINT", "SIGTERM"] as const)(
    "by %s keeps what came, says in one line how to go on, and exits 130",
    async (signal) => {
      const url = origin.put("/model.gguf", { size: 40 * MB, bytesPerSecond: 8 * MB });
      const first = startCli(["get", url, "-o", "model.gguf"], { cwd: folder });
      await partialOf("model.gguf", 8 * MB);
      first.kill(signal);
      const ran = await first.ended;
      expect(ran.code).toBe(130);
      const last = ran.stderr.trimEnd().split("\n").at(-1);
      expect(last).toMatch(
        /model\.gguf: interrupted; .* MB are kept in .*model\.gguf\.part\. Run the same command again/,
      );
      expect(await files()).toEqual(["model.gguf.part", "model.gguf.part.json"]);
      const ledger = await readFile(join(folder, "model.gguf.part.json"), "utf8");
      const { done } = JSON.parse(ledger) as { done: [number, number][] };
      const kept = done.reduce((sum, [start, end]) => sum + end - start, 0);
      expect(kept).toBeGreaterThan(0);
      const before = bodyBytes("/model.gguf");
      origin.change("/model.gguf", { bytesPerSecond: 1000 * MB });
      expect((await get(url, "-o", "model.gguf")).stdout).toContain("were there already");
      // It stopped in an orderly way: nothing that is kept is fetched again, but a little for comparing.
      expect(bodyBytes("/model.gguf") - before).toBeLessThan(40 * MB - kept + 2 * MB);
      expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
    },
  );

  it("twice by ^C is not waited for", async () => {
    const url = origin.put("/model.gguf", { size: 40 * MB, cutAfter: 4 * MB, cut: "stall" });
    const first = startCli(["get", url], { cwd: folder });
    await partialOf("model.gguf", 4 * MB);
    first.kill("SIGINT");
    first.kill("SIGINT");
    expect((await first.ended).code).toBe(130);
  });

  it("by the server is taken up again without a word from the user", async () => {
    const url = origin.put("/model.gguf", {
      size: 6 * MB,
      rules: [{ cutAfter: 2 * MB, cut: "rst", times: 1 }],
    });
    expect((await get(url)).code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
  });
});

describe("two commands for one file at a time", () => {
  it("are one download: the second is refused with exit 4, the first ends well", async () => {
    const url = origin.put("/model.gguf", { size: 16 * MB, bytesPerSecond: MB / 2 });
    const first = startCli(["get", url], { cwd: folder });
    await partialOf("model.gguf", MB);
    const second = await get(url);
    origin.release("/model.gguf");
    expect(second.code).toBe(4);
    expect(second.stderr).toMatch(/another download|process \d+/i);
    expect((await first.ended).code).toBe(0);
    expect(await hashOf("model.gguf")).toBe(origin.hash("/model.gguf"));
  });
});

describe("what goes wrong has its exit code, a sentence and an advice:", () => {
  it.each([
    ["a file that is not there", { size: 10, status: 404 }, 3, /404/],
    ["a file that was removed", { size: 10, status: 410 }, 3, /410/],
    ["no token", { size: 10, status: 401 }, 4, /401/],
    ["no permission", { size: 10, status: 403 }, 4, /403/],
    [
      "a page in place of the file",
      { size: 10, html: "Log in", contentType: "text/html" },
      5,
      /web page.*Log in/,
    ],
    ["a compressed file nobody asked for", { size: 5000, gzip: true }, 5, /compress|gzip/i],
  ] as const)("%s", async (_, spec, code, words) => {
    const ran = await get(origin.put("/model.gguf", spec));
    expect(ran).toMatchObject({ code, stdout: "" });
    expect(ran.stderr).toMatch(words);
    expect(ran.stderr.trimEnd().split("\n")).toHaveLength(ran.stderr.includes(", to /") ? 3 : 2);
    expect(await files()).toEqual([]);
  });

  it("nobody who listens, after a few tries", async () => {
    const ran = await nobodyListens.ended;
    expect(ran.code).toBe(7);
    expect(ran.stderr).toMatch(/refuses connections/);
  });

  it("a folder nobody may write to", async () => {
    await writeFile(join(folder, "file"), "");
    const ran = await get(origin.put("/x.bin", { size: 10 }), "-d", "file/below");
    expect([1, 4]).toContain(ran.code);
    expect(ran.stderr).toMatch(/file\/below/);
  });

  it.runIf(process.getuid?.() === 0)("no space on the disk", async () => {
    const small = join(folder, "small");
    await mkdir(small);
    const run = promisify(execFile);
    await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", small]);
    try {
      const ran = await get(origin.put("/x.bin", { size: 40 * MB }), "-d", "small");
      expect(ran.code).toBe(6);
      expect(ran.stderr).toMatch(/space/i);
      expect(await readdir(small)).not.toContain("x.bin");
    } finally {
      await run("umount", ["-l", small]);
    }
  });

  it("wrong usage", async () => {
    for (const args of [
      [],
      ["ftp://x/y"],
      ["https://a/x", "--nope"],
      ["https://a/x", "--sha256", "1"],
      ["a b"],
    ]) {
      const ran = await get(...args);
      expect(ran).toMatchObject({ code: 2, stdout: "" });
      expect(ran.stderr).toMatch(/^haulyard: /);
    }
  });
});

describe("several files", () => {
  it("come together; one that is missing does not stop the others, and its exit code is kept", async () => {
    const urls = [
      origin.put("/a.bin", { size: 1000 }),
      `${origin.url}/missing.bin`,
      origin.put("/b.bin", { size: 2000 }),
    ];
    const ran = await get(...urls);
    expect(ran.code).toBe(3);
    expect(await files()).toEqual(["a.bin", "b.bin"]);
    expect(ran.stdout.trimEnd().split("\n").at(-1)).toMatch(
      /^2 of 3 files, 3 kB in .* s, 2 unverified, 1 failed$/,
    );
    expect(ran.stderr).toMatch(/missing\.bin: .*404/);
  });

  it("are read from a list on stdin", async () => {
    const list = ["# two files", origin.put("/a.bin", { size: 10 }), "", origin.put("/b.bin", { size: 20 })];
    const ran = await runCli(["get", "-q", "-i", "-"], { cwd: folder, input: list.join("\n") });
    expect(ran).toMatchObject({ code: 0, stdout: "", stderr: "" });
    expect(await files()).toEqual(["a.bin", "b.bin"]);
  });
});

describe("for programs", () => {
  it("--json says everything in lines, percent never goes back, and the last line is the summary", async () => {
    const url = origin.put("/model.gguf", { size: 6 * MB, bytesPerSecond: 2 * MB });
    const ran = await get("--json", "-x", "1", `${url}?token=hunter2`);
    const lines = getLines(ran.stdout);
    expect(lines.every((line) => line["v"] === 1)).toBe(true);
    expect(lines[0]).toEqual({ v: 1, event: "begin", index: 1, count: 1, url: `${url}?token=***` });
    expect(lines[1]).toEqual({
      v: 1,
      event: "resolved",
      index: 1,
      path: join(folder, "model.gguf"),
      name: "model.gguf",
      size: 6 * MB,
    });
    const progress = lines.filter(({ event }) => event === "progress");
    expect(progress.length).toBeGreaterThan(1);
    const percents = progress.map((line) => line["percent"] as number);
    expect(percents).toEqual([...percents].sort((a, b) => a - b));
    expect(Math.max(...percents)).toBeLessThan(100);
    expect(lines.at(-2)).toMatchObject({
      event: "done",
      size: 6 * MB,
      already_there: false,
      bytes_fetched: 6 * MB,
      exit_code: 0,
      checksum: { state: "unverified" },
    });
    expect(lines.at(-1)).toMatchObject({ event: "summary", done: 1, failed: 0, skipped: 0, exit_code: 0 });
    expect(ran.stdout + ran.stderr).not.toContain("hunter2");
  });

  it("--json says what failed and where the bytes are", async () => {
    const failed = getLines((await get("--json", `${origin.url}/none.bin`)).stdout);
    expect(failed.at(-2)).toMatchObject({
      event: "failed",
      code: "not_found",
      retryable: false,
      exit_code: 3,
      path: null,
      partial: null,
      bytes_kept: 0,
    });
    const url = origin.put("/model.gguf", { size: 40 * MB, bytesPerSecond: 8 * MB });
    const running = startCli(["get", "--json", url], { cwd: folder });
    await partialOf("model.gguf", 4 * MB);
    running.kill("SIGINT");
    const lines = getLines((await running.ended).stdout);
    expect(lines.at(-2)).toMatchObject({
      event: "interrupted",
      exit_code: 130,
      partial: join(folder, "model.gguf.part"),
    });
    expect(lines.at(-2)?.["bytes_kept"]).toBeGreaterThan(1 * MB);
  });

  it("-q says nothing at all, but what went wrong", async () => {
    expect(await get("-q", origin.put("/a.bin", { size: 10 }))).toMatchObject({
      stdout: "",
      stderr: "",
      code: 0,
    });
    expect((await get("-q", `${origin.url}/none`)).stderr).toMatch(/404/);
  });

  it("ends quietly when nobody reads any more", async () => {
    const url = origin.put("/model.gguf", { size: 20 * MB, bytesPerSecond: 4 * MB });
    const piped = startCli(["-c", `${HAULYARD} get --json ${url} | head -1`], { cwd: folder }, "/bin/sh");
    const ran = await piped.ended;
    expect(getLines(ran.stdout)).toHaveLength(1);
    expect(ran.stderr).not.toMatch(/EPIPE|Error/);
  });
});

describe("secrets", () => {
  it("are sent to the server that was named, and shown nowhere", async () => {
    const url = origin.put("/model.gguf", { size: 1000, authorization: "Bearer hunter2" });
    const ran = await get("--header", "Authorization: Bearer hunter2", url);
    expect(ran.code).toBe(0);
    expect(ran.stdout + ran.stderr).not.toContain("hunter2");
  });

  it("of the environment reach their own host only", async () => {
    const url = origin.put("/model.gguf", { size: 1000 });
    const env = { HF_TOKEN: "hf_hunter2", HF_ENDPOINT: origin.url };
    expect((await runCli(["get", url], { cwd: folder, env })).code).toBe(0);
    const other = { HF_TOKEN: "hf_hunter2" };
    await runCli(["get", url, "-o", "2"], { cwd: folder, env: other });
    const seen = origin.seen("/model.gguf").map(({ headers }) => headers["authorization"]);
    expect(seen[0]).toBe("Bearer hf_hunter2");
    expect(seen.at(-1)).toBeUndefined();
  });
});

describe("on a terminal", () => {
  const onTerminal = (columns: number, command: string, env: Record<string, string> = {}): Promise<Ran> =>
    startCli(["-qec", `stty cols ${columns}; ${command}`, "/dev/null"], { cwd: folder, env }, "script").ended;

  it.each([100, 60, 30])(
    "of %d columns the bar stays in one row and leaves nothing behind",
    async (columns) => {
      const url = origin.put("/flux1-dev-Q8_0.safetensors", { size: 6 * MB, bytesPerSecond: 1.5 * MB });
      const { stdout, code } = await onTerminal(columns, `${HAULYARD} get ${url}`);
      expect(code).toBe(0);
      // The pictures of the bar: each begins at the first column and ends with its line cleared.
      // oxlint-disable-next-line no-control-regex -- what clears a line is what is looked for
      const pictures = [...stdout.matchAll(/\r([^\r\n]*?)\u001b\[K/g)].map(([, picture = ""]) => picture);
      expect(pictures.length).toBeGreaterThan(5);
      for (const picture of pictures) expect(textWidth(picture)).toBeLessThan(columns);
      expect(pictures.some((picture) => / \d+%/.test(picture))).toBe(true);
      expect(pictures.some((picture) => picture.includes("100%"))).toBe(false);
      const end = stdout.slice(stdout.lastIndexOf("\u001b[J") + 3);
      expect(end).toContain("flux1-dev-Q8_0.safetensors");
      expect(end).not.toContain("%");
    },
  );

  it("NO_COLOR takes the colours away", async () => {
    const url = origin.put("/a.bin", { size: 3 * MB, bytesPerSecond: 3 * MB });
    // oxlint-disable-next-line no-control-regex -- colours are what is looked for
    const color = /\u001b\[[0-9;]*m/;
    expect((await onTerminal(80, `${HAULYARD} get ${url}`)).stdout).toMatch(color);
    const plain = await onTerminal(80, `${HAULYARD} get ${url} -o b.bin`, { NO_COLOR: "1" });
    expect(plain.stdout).not.toMatch(color);
    expect(plain.stdout).toContain("b.bin");
  });
});

describe("the program", () => {
  it("explains every command, and exits 2 for what it does not know", async () => {
    const help = await runCli(["--help"], { cwd: folder });
    expect(help.code).toBe(0);
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) +\S/gm)].map(([, name = ""]) => name);
    expect(commands).toEqual(
      [
        "serve worker get add ls watch logs pause resume now cancel retry rm clear limit groups hosts nodes notifications images files lock",
        "sync cards users keys progress settings doctor ready backup restore migrate completion man help",
      ]
        .join(" ")
        .split(" "),
    );
    for (const name of commands.filter((each) => each !== "help")) {
      const one = await runCli([name, "--help"], { cwd: folder });
      expect(one).toMatchObject({ code: 0, stderr: "" });
      expect(one.stdout).toContain("Exit codes:");
    }
    expect(await runCli(["gte"], { cwd: folder })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("Did you mean get?"),
    });
    expect((await runCli([], { cwd: folder })).code).toBe(2);
  });

  it("refuses to serve with a wrong setting, one line for each", async () => {
    const env = { HAULYARD_PROT: "1", HAULYARD_STALL_MINUTES: "soon" };
    const ran = await runCli(["serve", "--local-jobs", "none"], { cwd: folder, env });
    expect(ran.code).toBe(2);
    expect(ran.stderr.trimEnd().split("\n")).toEqual([
      "haulyard: HAULYARD_PROT: there is no such setting. Did you mean HAULYARD_PORT?",
      'haulyard: --local-jobs: expected a whole number from 1 to 1000, got "none".',
      'haulyard: HAULYARD_STALL_MINUTES: expected a number of minutes greater than 0 and at most 1440, got "soon".',
    ]);
    expect(await files()).toEqual([]);
  });

  it.skipIf(process.platform !== "linux")(
    "refuses to serve from a data folder that cannot be made, and ends",
    async () => {
      const ran = await runCli(["serve"], { cwd: folder, env: { HAULYARD_DATA: "/proc/haulyard/data" } });
      expect(ran).toMatchObject({
        code: 2,
        stderr: "haulyard: HAULYARD_DATA: the folder /proc/haulyard/data cannot be made (ENOENT).\n",
      });
      const restored = await runCli(["restore", "a.tar.gz", "--data", "/proc/haulyard/data"], {
        cwd: folder,
      });
      expect(restored).toMatchObject({
        code: 2,
        stderr: expect.stringMatching(
          /^haulyard: The data folder \/proc\/haulyard\/data cannot be made \(ENOENT\)\.\n/,
        ),
      });
    },
  );

  it("refuses to serve at an address of another machine, and says which setting names it", async () => {
    // TEST-NET-1 (RFC 5737): no machine has one of these.
    const env = { HAULYARD_HOST: "192.0.2.1", HAULYARD_PORT: "0", HAULYARD_DATA: "data" };
    const ran = await runCli(["serve"], { cwd: folder, env });
    expect(ran).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        "haulyard: HAULYARD_HOST: 192.0.2.1 is no address of this machine. Expected",
      ),
    });
  });
});
