/** Every command of the manual is run as it stands, in the order of its page, against real servers on loopback. */
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { listPages } from "../tools/manual/build-manual.ts";
import type { CommandBlock } from "../tools/manual/command-blocks.ts";
import { commandBlocks } from "../tools/manual/command-blocks.ts";
import { findProgram } from "../tools/test-tools.ts";
import { call } from "./world/api.ts";
import type { ManualWorld } from "./world/manual-world.ts";
import { startManualWorld } from "./world/manual-world.ts";

const ROOT = resolve(import.meta.dirname, "..");
const NEEDED = ["bash", "jq", "curl", "sshd"];
const missing = NEEDED.filter((name) => findProgram(name) === null);
const pages = ["README.md", ...listPages(ROOT)]
  .map((path) => ({ path, blocks: commandBlocks(readFileSync(join(ROOT, path), "utf8")) }))
  .filter(({ blocks }) => blocks.length > 0);

test("commands that are not run say why", () => {
  const all = pages.flatMap(({ blocks }) => blocks);
  expect(all.length).toBeGreaterThan(30);
  expect(all.filter(({ skip }) => skip !== null && skip.length < 10)).toEqual([]);
});

describe.skipIf(missing.length > 0)(`the commands of the manual (needs ${NEEDED.join(", ")})`, () => {
  let world: ManualWorld;
  let fingerprint: string;
  beforeAll(async () => {
    world = await startManualWorld();
    fingerprint = /SHA256:\S+/.exec(world.gpu.sshd.fingerprint("ed25519"))?.[0] ?? "";
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test.each(pages)("of $path do what they say", async ({ blocks }) => {
    for (const block of blocks.filter(({ skip }) => skip === null)) {
      const ran = await run(await fillIn(block));
      expect(ran.code, `${block.text}\n${ran.output}`).toBe(0);
    }
    expect(world.internet.unknown.splice(0)).toEqual([]);
    await startOver();
  });

  /** What stands for something of the reader's own. */
  async function fillIn({ text }: CommandBlock): Promise<string> {
    const { gpu } = world;
    const url = new URL(gpu.server().url);
    let filled = text
      .replaceAll(/root@203\.0\.113\.7:44686|ssh -p 44686 root@203\.0\.113\.7/g, () => gpu.sshd.line())
      .replaceAll("SHA256:…", fingerprint)
      .replaceAll("F7D6EC1B3A", world.autoV2)
      .replaceAll("localhost:8866", url.host)
      .replaceAll(" /models", ` ${gpu.world.models}`)
      .replaceAll(/--sha256 …/g, `--sha256 ${world.hash("big.iso")}`)
      .replaceAll(/"sha256": "…"/g, `"sha256": "${world.hash("model.safetensors")}"`);
    if (/1f3a|3f0c…/.test(filled)) filled = filled.replaceAll(/1f3a|3f0c…/g, await jobId());
    expect(filled, "something in this block is left to the reader").not.toContain("…");
    return filled;
  }

  async function jobId(): Promise<string> {
    const source = "https://example.org/slow";
    const { body } = await call<{ id?: string; job?: { id: string } }>(
      `${world.gpu.server().url}/jobs`,
      "POST",
      { source },
    );
    return body.id ?? body.job?.id ?? "";
  }

  function run(script: string): Promise<{ code: number | null; output: string }> {
    const child = spawn("bash", ["-euo", "pipefail", "-c", script], {
      cwd: world.folder,
      env: world.env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (output += text));
    return new Promise((done, fail) => {
      child.once("error", fail).once("close", (code) => done({ code, output }));
    });
  }

  /** The next page begins with an empty queue, and nothing here and there. */
  async function startOver(): Promise<void> {
    const { url } = world.gpu.server();
    const { body } = await call<{ channels?: { id: string }[] }>(`${url}/notifications`);
    for (const { id } of body.channels ?? []) await call(`${url}/notifications/${id}`, "DELETE");
    await call(`${url}/limit-rate`, "PUT", { limit_rate: null });
    await call(`${url}/jobs/actions`, "POST", { action: "remove", filter: {} });
    for (const folder of [world.gpu.world.models, world.gpu.uiHome])
      await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    await mkdir(world.gpu.world.models);
  }
});
