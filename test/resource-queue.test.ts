/**
 * Old system C, end to end: cards queued by an old client run on an instance behind a real sshd, to whole files. Real server
 * process, real sshd, real wget and curl.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { DownloadMessage } from "../src/wire/downloads.ts";
import { DownloadsAnswer, QueueAnswer } from "../src/wire/downloads.ts";
import { call } from "./world/api.ts";
import { jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { processesWith } from "./world/processes.ts";
import type { Sshd } from "./world/sshd.ts";
import { startSshd } from "./world/sshd.ts";

const MB = 1_000_000;
const FENCE = "```";
const TOKEN = "hf_planted0token0that0nobody0may0see";

const cleanups: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

interface Stage {
  world: World;
  origin: Origin;
  sshd: Sshd;
  /** What an old client pastes. */
  connection: string;
  /** `$UI_HOME` on the instance. */
  uiHome: string;
  serve(): Promise<Haulyard>;
}

async function setUp(): Promise<Stage> {
  const world = await createWorld();
  cleanups.push(() => world.remove());
  const origin = await startOrigin();
  cleanups.push(() => origin.close());
  const sshd = await startSshd();
  cleanups.push(async () => sshd[Symbol.asyncDispose]());
  return {
    world,
    origin,
    sshd,
    connection: `${sshd.line()} -L 8080:localhost:8080`,
    uiHome: join(sshd.home, "ComfyUI"),
    serve: async () => {
      const server = await startHaulyard(world, { env: { HF_TOKEN: TOKEN } });
      cleanups.push(() => server.kill9());
      return server;
    },
  };
}

async function putCard({ world }: Stage, filepath: string, script: string, matter: string): Promise<void> {
  const full = join(world.folder, "resources", filepath);
  await mkdir(join(full, ".."), { recursive: true });
  await writeFile(full, `---\n${matter}\n---\n\n# Download\n\n${FENCE}bash\n${script}\n${FENCE}\n`);
}

async function queue({ url }: Haulyard, stage: Stage, resources: string[]): Promise<DownloadMessage[]> {
  const { status, body } = await call(`${url}/downloads/queue`, "POST", {
    ssh_connection: stage.connection,
    resources: resources.map((filepath) => ({ filepath })),
    ui_home: stage.uiHome,
  });
  expect({ status, body }).toMatchObject({ status: 200 });
  return QueueAnswer.parse(body).jobs;
}

async function statusOf({ url }: Haulyard): Promise<DownloadMessage[]> {
  return DownloadsAnswer.parse((await call(`${url}/downloads/status`)).body);
}

async function jobOf(server: Haulyard, id: string): Promise<DownloadMessage | undefined> {
  return (await statusOf(server)).find((job) => job.id === id);
}

async function until(
  server: Haulyard,
  id: string,
  fits: (job: DownloadMessage) => boolean,
): Promise<DownloadMessage> {
  const job = await waitFor(
    `job ${id}`,
    () => jobOf(server, id),
    (one) => one !== undefined && fits(one),
  );
  return job ?? expect.fail("gone");
}

const ended = ({ status }: DownloadMessage): boolean => ["COMPLETE", "FAILED", "CANCELLED"].includes(status);

/** As the old page does it: shows the fingerprint, and accepts it. */
async function acceptKey({ url }: Haulyard, { connection, sshd }: Stage): Promise<void> {
  const asked = await call(`${url}/ssh/verify-host`, "POST", { ssh_connection: connection, accept: false });
  expect(asked.body).toMatchObject({ success: true, needs_confirmation: true, port: sshd.port });
  const accepted = await call(`${url}/ssh/verify-host`, "POST", { ssh_connection: connection, accept: true });
  expect(accepted.body).toMatchObject({ success: true, added: true });
}

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function fileOf({ world }: Stage, name: string): Promise<Record<string, unknown>[]> {
  return JSON.parse(await readFile(join(world.downloads, name), "utf8")) as Record<string, unknown>[];
}

function haulyard({ world }: Stage, { url }: Haulyard, ...args: string[]): Promise<Ran> {
  return runCli(args, { cwd: world.folder, env: { HAULYARD_URL: url } });
}

describe("a set of cards that an old client queues", () => {
  it("runs on the instance to whole files once its key is accepted, one at a time, with live progress, through a kill -9", async () => {
    const stage = await setUp();
    const { origin, uiHome } = stage;
    origin.put("/high.safetensors", { size: 6 * MB, bytesPerSecond: MB });
    // So slow that it is still under way when the server is killed, however long it takes to get there.
    origin.put("/low.safetensors", { size: 6 * MB, bytesPerSecond: MB / 4 });
    origin.put("/up.pth", { size: 2 * MB, bytesPerSecond: 2 * MB });
    await putCard(
      stage,
      "checkpoints/wan.md",
      `# High noise\nwget -P "$UI_HOME"/models/diffusion_models \\\n  ${origin.url}/high.safetensors\n` +
        `# Low noise\nwget -P "$UI_HOME"/models/diffusion_models \\\n  ${origin.url}/low.safetensors`,
      `title: Wan pair\nsha256:\n  low.safetensors: ${origin.hash("/low.safetensors")}`,
    );
    await putCard(
      stage,
      "upscalers/up.md",
      `mkdir -p "$UI_HOME/models/upscale_models" && curl -fL -o "$UI_HOME/models/upscale_models/up.pth" ${origin.url}/up.pth`,
      "title: Upscaler",
    );
    let server = await stage.serve();
    const [wan, up] = await queue(server, stage, ["checkpoints/wan.md", "upscalers/up.md"]);
    const [wanId, upId] = [wan?.id ?? "", up?.id ?? ""];
    const asks = await until(server, wanId, ({ status }) => status === "HOST_VERIFICATION_NEEDED");
    expect(asks).toMatchObject({
      host_verification_needed: true,
      host: "127.0.0.1",
      port: stage.sshd.port,
    });
    await acceptKey(server, stage);

    const samples: DownloadMessage[] = [];
    const sample = async (at: Haulyard): Promise<DownloadMessage> => {
      const jobs = await statusOf(at);
      expect(jobs.filter(({ status }) => status === "RUNNING").length).toBeLessThanOrEqual(1);
      const job = jobs.find(({ id }) => id === wanId) ?? expect.fail("gone");
      if (job.status === "RUNNING") samples.push(job);
      return job;
    };
    const second = ({ command_index: index, progress }: DownloadMessage): boolean =>
      index === 2 && (progress.bytes_done ?? 0) > 7 * MB;
    await waitFor("the second command at work", () => sample(server), second);
    await waitFor(
      "progress in the status file",
      () => fileOf(stage, "download_status.json"),
      (entries) => entries.some(({ id, status }) => id === wanId && status === "RUNNING"),
    );
    await server.kill9();
    server = await stage.serve();
    origin.release("/low.safetensors");
    await waitFor("the end of the first job", () => sample(server), ended);
    const done = await until(server, upId, ended);

    expect(done).toMatchObject({ status: "COMPLETE", progress: { type: "stage_complete", percent: 100 } });
    expect(await jobOf(server, wanId)).toMatchObject({
      status: "COMPLETE",
      total_commands: 2,
      command_index: 2,
      progress: { percent: 100, bytes_done: 12 * MB },
    });
    const folder = join(uiHome, "models");
    for (const name of ["high", "low"])
      expect(hashOf(join(folder, `diffusion_models/${name}.safetensors`))).toBe(
        origin.hash(`/${name}.safetensors`),
      );
    expect(hashOf(join(folder, "upscale_models/up.pth"))).toBe(origin.hash("/up.pth"));
    // Nothing was fetched twice: the command went on while no server was there.
    for (const path of ["/high.safetensors", "/low.safetensors", "/up.pth"])
      expect(origin.seen(path)).toHaveLength(1);

    const told = samples.filter(({ progress }) => progress.percent !== null);
    expect(told.length).toBeGreaterThan(3);
    const percents = told.map(({ progress }) => progress.percent ?? 0);
    expect(percents).toEqual(percents.toSorted((a, b) => a - b));
    expect(samples.map(({ command_index: index }) => index)).toContain(1);
    const words = samples.map(({ progress }) => progress).find(({ speed }) => speed !== null);
    expect(words).toMatchObject({
      stage: "download",
      downloaded: expect.stringMatching(/^\d+(?:\.\d)?(?:B|KiB|MiB)$/) as string,
      speed: expect.stringMatching(/^\d+(?:\.\d)?(?:B|KiB|MiB)\/s$/) as string,
      filename: expect.stringMatching(/\.safetensors$/) as string,
    });
    for (const name of ["download_queue.json", "download_status.json"])
      await waitFor(
        `${name} to say so`,
        () => fileOf(stage, name),
        (entries) => entries.length === 2 && entries.every(({ status }) => status === "COMPLETE"),
      );
  });

  it("shows what its commands wrote, and none of the server's tokens anywhere", async () => {
    const stage = await setUp();
    const { origin, uiHome, world } = stage;
    origin.put("/a.bin", { size: MB });
    const script = `test -n "$HF_TOKEN" && echo "the token is $HF_TOKEN" && wget -P "$UI_HOME" ${origin.url}/a.bin`;
    await putCard(stage, "a.md", script, "title: A");
    const server = await stage.serve();
    const [first] = await queue(server, stage, ["a.md"]);
    const id = first?.id ?? "";
    await until(server, id, ({ status }) => status === "HOST_VERIFICATION_NEEDED");
    await acceptKey(server, stage);
    expect((await until(server, id, ended)).status).toBe("COMPLETE");
    expect(existsSync(join(uiHome, "a.bin"))).toBe(true);

    const log = await haulyard(stage, server, "logs", id.slice(0, 8));
    expect(log).toMatchObject({ code: 0, stderr: "" });
    expect(log.stdout).toContain("the token is ***");
    expect(log.stdout).toContain("a.bin");
    const asked = await call<{ text: string; next: number }>(`${server.url}/jobs/${id}/log?offset=0`);
    expect(asked.body.text).toContain("a.bin");
    expect(
      (await call<{ text: string }>(`${server.url}/jobs/${id}/log?offset=${asked.body.next}`)).body.text,
    ).toBe("");
    const listed = await haulyard(stage, server, "ls", "--json");
    expect(jsonLines(listed.stdout)).toMatchObject([{ jobs: [{ name: "A", status: "COMPLETE" }] }]);

    const texts = [log.stdout, listed.stdout, server.output(), JSON.stringify(await statusOf(server))];
    texts.push(JSON.stringify((await call(`${server.url}/jobs/${id}/history`)).body));
    for (const folder of [world.data, world.downloads, join(uiHome, "..")]) {
      for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
        if (entry.isFile()) texts.push(await readFile(join(entry.parentPath, entry.name), "latin1"));
    }
    // The command itself was told to print it: its log on the instance has it, ours has not.
    const planted = texts.filter((text) => text.includes(TOKEN));
    expect(planted.every((text) => text.includes("the token is"))).toBe(true);
    expect(planted.length).toBeLessThanOrEqual(1);
  });
});

describe("a job of a card", () => {
  it("that fails says which tool and why; a retry begins at the command that failed", async () => {
    const stage = await setUp();
    const { origin, uiHome } = stage;
    origin.put("/a.bin", { size: MB });
    await putCard(
      stage,
      "pair.md",
      `wget -P "$UI_HOME" ${origin.url}/a.bin\nwget -P "$UI_HOME" ${origin.url}/b.bin`,
      "title: Pair",
    );
    const server = await stage.serve();
    const [first] = await queue(server, stage, ["pair.md"]);
    const id = first?.id ?? "";
    await until(server, id, ({ status }) => status === "HOST_VERIFICATION_NEEDED");
    expect((await call(`${server.url}/downloads/retry`, "POST", { job_id: id })).status).toBe(200);
    await until(server, id, ({ status }) => status === "HOST_VERIFICATION_NEEDED");
    await acceptKey(server, stage);
    const failed = await until(server, id, ended);
    expect(failed).toMatchObject({ status: "FAILED", command_index: 2 });
    expect(failed.error).toMatch(/wget.*404/);
    origin.put("/b.bin", { size: MB });
    expect((await call(`${server.url}/downloads/retry`, "POST", { job_id: id })).status).toBe(200);
    expect((await until(server, id, ended)).status).toBe("COMPLETE");
    expect(origin.seen("/a.bin")).toHaveLength(1);
    expect(hashOf(join(uiHome, "b.bin"))).toBe(origin.hash("/b.bin"));
  });

  it("that is deleted while it runs is gone, and so is its process on the instance", async () => {
    const stage = await setUp();
    const { origin, uiHome } = stage;
    origin.put("/endless.bin", { size: 500 * MB, bytesPerSecond: MB });
    const address = `${origin.url}/endless.bin`;
    await putCard(stage, "a.md", `wget -P "$UI_HOME" ${address}`, "title: A");
    const server = await stage.serve();
    const [first] = await queue(server, stage, ["a.md"]);
    const id = first?.id ?? "";
    await until(server, id, ({ status }) => status === "HOST_VERIFICATION_NEEDED");
    await acceptKey(server, stage);
    await until(server, id, ({ progress }) => (progress.bytes_done ?? 0) > MB / 2);
    expect(processesWith(address)).not.toEqual([]);
    const { status, body } = await call(`${server.url}/downloads/job/${id}`, "DELETE");
    expect({ status, body }).toMatchObject({ status: 200, body: { success: true } });
    expect(processesWith(address)).toEqual([]);
    expect(await statusOf(server)).toEqual([]);
    expect(existsSync(join(uiHome, "endless.bin"))).toBe(true);
    await waitFor(
      "an empty queue file",
      () => fileOf(stage, "download_queue.json"),
      (all) => all.length === 0,
    );
  });

  it("is added, followed and read by the command line", async () => {
    const stage = await setUp();
    const { origin } = stage;
    origin.put("/a.bin", { size: 3 * MB, bytesPerSecond: 2 * MB });
    await putCard(stage, "loras/a.md", `wget -P "$UI_HOME/models" ${origin.url}/a.bin`, "title: A");
    const server = await stage.serve();
    await call(`${server.url}/hosts`, "POST", {
      ssh_connection: stage.connection,
      label: "gpu",
      ui_home: stage.uiHome,
    });
    await acceptKey(server, stage);
    const added = await haulyard(stage, server, "add", "loras/a.md", "--to", "gpu", "--json");
    expect(added).toMatchObject({ code: 0, stderr: "" });
    const { job } = jsonLines(added.stdout)[0] as { job: { id: string } };
    const { stdout: table } = await haulyard(stage, server, "ls");
    expect(table).toMatch(/\bON\b[^]*\bgpu\b/);
    const followed = haulyard(stage, server, "logs", "-f", job.id);
    const watched = await haulyard(stage, server, "watch", job.id);
    expect(watched.code).toBe(0);
    const { code, stdout } = await followed;
    expect(code).toBe(0);
    expect(stdout).toContain("a.bin");
    expect(hashOf(join(stage.uiHome, "models/a.bin"))).toBe(origin.hash("/a.bin"));
    expect(await haulyard(stage, server, "add", "loras/a.md", "--to", "nobody")).toMatchObject({ code: 2 });
    expect(await haulyard(stage, server, "logs", "0000")).toMatchObject({ code: 3 });
  });
});
