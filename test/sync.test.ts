/** Lock files: what is here written down, and places made to match it. Real server, real sshd, real bytes. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { LockMessage, SyncAnswer } from "../src/wire/lock.ts";
import { call, jobOf } from "./world/api.ts";
import type { Ran } from "./world/cli.ts";
import { startCli } from "./world/cli.ts";
import type { Gpu } from "./world/gpu.ts";
import { startGpu } from "./world/gpu.ts";
import { waitFor } from "./world/haulyard.ts";
import type { HuggingFace } from "./world/hugging-face.ts";
import { MAIN, startHuggingFace } from "./world/hugging-face.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";

const HF_TOKEN = "hf_s3cretT0kenOfTheSyncTest";

let gpu: Gpu;
let hub: HuggingFace;
let origin: Origin;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  hub = stack.use(await startHuggingFace());
  hub.token = HF_TOKEN;
  hub.put("models/org/gated", { gated: true, files: { "model.safetensors": { size: 1_500_000 } } });
  origin = stack.use(await startOrigin());
  gpu = stack.use(await startGpu({ HF_ENDPOINT: hub.url, HF_TOKEN }));
});
afterAll(() => stack.disposeAsync());

const here = (path: string): string => join(gpu.world.models, path);
const there = (path: string): string => join(gpu.uiHome, "models", path);
const hashOf = (path: string): string => createHash("sha256").update(readFileSync(path)).digest("hex");

async function put(path: string, bytes: Uint8Array | string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
}

interface Entry {
  path: string;
  url?: string;
  size?: number;
  sha256?: string;
}

async function lockFile(name: string, ...entries: Entry[]): Promise<string> {
  const file = join(gpu.world.folder, name);
  // JSON is YAML.
  await writeFile(file, JSON.stringify({ version: 1, files: entries }));
  return file;
}

/** An entry of a file of the origin. */
function entryOf(path: string, name: string): Entry {
  const { size } = origin.spec(name);
  return { path, url: `${origin.url}${name}`, size, sha256: origin.hash(name) };
}

const sync = (file: string, ...options: string[]): Promise<Ran> =>
  gpu.cli("sync", file, "--json", ...options);

function answerOf({ stdout }: Ran): SyncAnswer {
  return JSON.parse(stdout.trim().split("\n").at(-1) ?? "") as SyncAnswer;
}

const statesOf = (answer: SyncAnswer): Record<string, string> =>
  Object.fromEntries(answer.files.map(({ path, state }) => [path, state]));

async function added(source: string, path: string): Promise<void> {
  const { body } = await call<JobMessage>(`${gpu.server().url}/jobs`, "POST", { source, path });
  const job = await waitFor(
    `the end of ${source}`,
    () => jobOf(gpu.server().url, body.id),
    ({ status }) => status === "COMPLETE" || status === "FAILED",
  );
  expect(job).toMatchObject({ status: "COMPLETE" });
}

describe("haulyard lock", () => {
  it("writes down what is here, where it came from and what it is, without secrets; by hand added fields stay", async () => {
    await added("hf://org/gated/model.safetensors", `${gpu.world.models}/checkpoints/`);
    await put(here("loras/mine.safetensors"), "nobody knows where this is from");
    const file = join(gpu.world.folder, "haulyard.lock.yaml");
    const sha256 = hub.hash("models/org/gated", "model.safetensors");
    // It is known to the index of files by and by.
    await waitFor(
      "both files in the lock, with their hashes",
      () => call<LockMessage>(`${gpu.server().url}/lock`),
      ({ body }) => body.count === 2 && body.unhashed === 0,
    );
    const ran = await gpu.cli("lock", "-o", file);
    expect(ran.code, ran.stderr).toBe(0);
    const text = readFileSync(file, "utf8");
    expect(text).toContain(`source: hf://org/gated@${MAIN}/model.safetensors`);
    expect(text).toContain(`sha256: ${sha256}`);
    expect(text).toContain("path: loras/mine.safetensors");
    expect(text).not.toContain(HF_TOKEN);
    expect(ran.stderr).toContain("of 1 nobody knows");
    await writeFile(
      file,
      text.replace("path: loras/mine.safetensors", "path: loras/mine.safetensors\n    notes: my own"),
    );
    await gpu.cli("lock", "-o", file);
    expect(readFileSync(file, "utf8")).toContain("notes: my own");
    const answer = answerOf(await sync(file, "--dry-run"));
    expect(answer).toMatchObject({ matches: true, bytes: 0 });

    // The same file brings an instance to it: what is known comes, what nobody knows of is said.
    const away = await sync(file, "--to", "gpu");
    expect(away.code).toBe(1);
    expect(statesOf(answerOf(away))).toEqual({
      "checkpoints/model.safetensors": "same",
      "loras/mine.safetensors": "no_source",
    });
    expect(hashOf(there("checkpoints/model.safetensors"))).toBe(sha256);
  });
});

describe("haulyard sync on this machine", () => {
  it("fetches what is missing, replaces what is different, takes the same bytes from beside, and is done then", async () => {
    for (const [name, seed] of [
      ["/a.bin", 11],
      ["/b.bin", 12],
      ["/c.bin", 13],
    ] as const)
      origin.put(name, { size: 400_000, seed });
    await put(here("s/b.bin"), "another file");
    await put(here("s/old/c.bin"), origin.bytes("/c.bin"));
    await waitFor(
      "the index to know the moved file",
      () => call<LockMessage>(`${gpu.server().url}/lock`),
      ({ body }) => body.lock.includes(origin.hash("/c.bin")),
    );
    const lock = await lockFile(
      "here.yaml",
      entryOf("s/a.bin", "/a.bin"),
      entryOf("s/b.bin", "/b.bin"),
      entryOf("s/new/c.bin", "/c.bin"),
    );
    const dry = await sync(lock, "--dry-run");
    expect(dry.code).toBe(1);
    expect(statesOf(answerOf(dry))).toEqual({
      "s/a.bin": "missing",
      "s/b.bin": "different",
      "s/new/c.bin": "linked",
    });
    expect(existsSync(here("s/a.bin"))).toBe(false);
    const ran = await sync(lock);
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    for (const [path, name] of [
      ["s/a.bin", "/a.bin"],
      ["s/b.bin", "/b.bin"],
      ["s/new/c.bin", "/c.bin"],
    ] as const)
      expect(hashOf(here(path))).toBe(origin.hash(name));
    expect(origin.seen("/c.bin")).toEqual([]);
    const again = await sync(lock);
    expect(again.code).toBe(0);
    expect(answerOf(again).files.map(({ job_id }) => job_id)).toEqual([null, null, null]);
  });

  it("says per file what is gone or is not what the lock says; the others come, and nothing is removed", async () => {
    origin.put("/good.bin", { size: 100_000, seed: 21 });
    origin.put("/other.bin", { size: 100_000, seed: 22 });
    const lock = await lockFile(
      "bad.yaml",
      entryOf("t/good.bin", "/good.bin"),
      { path: "t/gone.bin", url: `${origin.url}/gone.bin`, sha256: "1".repeat(64) },
      { ...entryOf("t/changed.bin", "/other.bin"), sha256: "2".repeat(64) },
    );
    await put(here("t/extra.bin"), "stays");
    const ran = await sync(lock, "--delete");
    expect(ran.code).toBe(1);
    expect(statesOf(answerOf(ran))).toMatchObject({
      "t/good.bin": "same",
      "t/gone.bin": "missing",
      "t/changed.bin": "missing",
    });
    expect(ran.stderr).toContain("gone.bin");
    expect(ran.stderr).toContain("changed.bin");
    expect(existsSync(here("t/extra.bin"))).toBe(true);
  });

  it("refuses a lock with an entry that cannot be used before anything moves, unless it is to be left out", async () => {
    origin.put("/fine.bin", { size: 1_000, seed: 31 });
    const lock = await lockFile("wrong.yaml", entryOf("u/fine.bin", "/fine.bin"), {
      path: "../../etc/passwd",
    });
    const refused = await sync(lock);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("line 1");
    expect(existsSync(here("u/fine.bin"))).toBe(false);
    const skipped = await sync(lock, "--skip-bad");
    expect(skipped.code).toBe(0);
    expect(hashOf(here("u/fine.bin"))).toBe(origin.hash("/fine.bin"));
  });
});

describe("haulyard sync --to an instance", () => {
  it("looks at hashes there, takes renamed files from there, and removes the rest once all is there", async () => {
    await rm(there(""), { recursive: true, force: true });
    for (const [name, seed] of [
      ["/d.bin", 41],
      ["/e.bin", 42],
      ["/f.bin", 43],
    ] as const)
      origin.put(name, { size: 500_000, seed });
    await put(there("v/d.bin"), origin.bytes("/d.bin"));
    await put(there("v/before/e.bin"), origin.bytes("/e.bin"));
    await put(there("v/f.bin"), Buffer.alloc(500_000));
    const lock = await lockFile(
      "away.yaml",
      entryOf("v/d.bin", "/d.bin"),
      entryOf("v/after/e.bin", "/e.bin"),
      entryOf("v/f.bin", "/f.bin"),
    );
    const ran = await sync(lock, "--to", "gpu", "--delete");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(origin.seen("/d.bin")).toEqual([]);
    expect(origin.seen("/e.bin")).toEqual([]);
    expect(hashOf(there("v/after/e.bin"))).toBe(origin.hash("/e.bin"));
    expect(hashOf(there("v/f.bin"))).toBe(origin.hash("/f.bin"));
    expect(existsSync(there("v/before/e.bin"))).toBe(false);
    expect(readdirSync(there("v")).toSorted()).toEqual(["after", "before", "d.bin", "f.bin"]);
    expect(answerOf(ran).extra).toEqual([
      { path: there("v/before/e.bin"), size: 500_000, deleted: true, reason: null },
    ]);
    const again = await sync(lock, "--to", "gpu");
    expect(answerOf(again)).toMatchObject({ matches: true });
    expect(answerOf(again).files.every(({ job_id }) => job_id === null)).toBe(true);
  });

  it("two syncs of a file are one job, and a server that dies in the middle leaves it whole", async () => {
    origin.put("/g.bin", { size: 3_000_000, seed: 51, bytesPerSecond: 60_000 });
    const lock = await lockFile("twice.yaml", entryOf("w/g.bin", "/g.bin"));
    const first = await sync(lock, "--to", "gpu", "--detach");
    expect(first.code).toBe(0);
    const second = await sync(lock, "--to", "gpu", "--detach");
    expect(answerOf(second).files[0]?.job_id).toBe(answerOf(first).files[0]?.job_id);
    await origin.until((at) => at.bytesSent("/g.bin") > 300_000);
    await gpu.powerCut();
    origin.release("/g.bin");
    const { HAULYARD_URL } = { HAULYARD_URL: gpu.server().url };
    const waiting = startCli(["sync", lock, "--to", "gpu"], { cwd: gpu.world.folder, env: { HAULYARD_URL } });
    const ran = await waiting.ended;
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(hashOf(there("w/g.bin"))).toBe(origin.hash("/g.bin"));
    expect(statSync(there("w/g.bin")).size).toBe(3_000_000);
  });

  it("never follows a link out of the folder to remove what is there", async () => {
    const outside = join(gpu.sshd.home, "outside");
    await put(join(outside, "precious.bin"), "precious");
    origin.put("/h.bin", { size: 1_000, seed: 61 });
    await put(there("x/h.bin"), origin.bytes("/h.bin"));
    const { symlink } = await import("node:fs/promises");
    await symlink(outside, there("x/link"));
    const lock = await lockFile("link.yaml", entryOf("x/h.bin", "/h.bin"));
    const ran = await sync(lock, "--to", "gpu", "--delete");
    expect(ran.code, ran.stdout + ran.stderr).toBe(0);
    expect(readFileSync(join(outside, "precious.bin"), "utf8")).toBe("precious");
    expect(answerOf(ran).extra.find(({ path }) => path.endsWith("precious.bin"))).toMatchObject({
      deleted: false,
    });
    await rename(there("x/link"), join(gpu.sshd.home, "link"));
  });
});
