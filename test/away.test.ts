/** Any source on an instance: a real server, a real sshd, stand-ins of the services, real tools. */
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { PlanAnswer } from "../src/wire/plan.ts";
import { call, jobOf } from "./world/api.ts";
import type { Civitai } from "./world/civitai.ts";
import { startCivitai } from "./world/civitai.ts";
import type { Gpu } from "./world/gpu.ts";
import { startGpu } from "./world/gpu.ts";
import { waitFor } from "./world/haulyard.ts";
import type { HuggingFace } from "./world/hugging-face.ts";
import { startHuggingFace } from "./world/hugging-face.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { filesWith } from "./world/planted-secret.ts";

const CIVITAI_API_KEY = "c1v1tai-s3cret-of-the-instance-test";
const HF_TOKEN = "hf_s3cretT0kenOfTheInstanceTest";

let gpu: Gpu;
let hub: HuggingFace;
let site: Civitai;
let origin: Origin;
const stack = new AsyncDisposableStack();

beforeAll(async () => {
  hub = stack.use(await startHuggingFace());
  hub.token = HF_TOKEN;
  hub.put("models/org/gated", {
    gated: true,
    files: { "config.json": { size: 500, lfs: false }, "vae/model.safetensors": { size: 3_000_000 } },
  });
  site = stack.use(await startCivitai());
  site.key = CIVITAI_API_KEY;
  site.put(5, {
    modelId: 10,
    modelType: "LORA",
    needsKey: "401",
    files: { 77: { bytes: 2_000_000, name: "detail.safetensors" } },
  });
  origin = stack.use(await startOrigin());
  gpu = stack.use(
    await startGpu({ HF_ENDPOINT: hub.url, HF_TOKEN, CIVITAI_ENDPOINT: site.url, CIVITAI_API_KEY }),
  );
});
afterAll(() => stack.disposeAsync());

const there = (path: string): string => join(gpu.uiHome, "models", path);

function hashOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex");
}

async function add(body: Record<string, unknown>): Promise<{ status: number; jobs: JobMessage[] }> {
  const { status, body: answer } = await call<JobMessage | { jobs: JobMessage[] }>(
    `${gpu.server().url}/jobs`,
    "POST",
    { to: "gpu", ...body },
  );
  return { status, jobs: "jobs" in answer ? answer.jobs : [answer] };
}

function ended(id: string): Promise<JobMessage> {
  return waitFor(
    `the end of ${id}`,
    () => jobOf(gpu.server().url, id),
    ({ status }) => status === "COMPLETE" || status === "FAILED",
  );
}

async function complete({ id }: JobMessage): Promise<JobMessage> {
  const job = await ended(id);
  expect(job).toMatchObject({ status: "COMPLETE" });
  return job;
}

async function plan(...jobs: Record<string, unknown>[]): Promise<PlanAnswer> {
  const body = { jobs: jobs.map((job) => ({ to: "gpu", ...job })) };
  const answer = await call<PlanAnswer>(`${gpu.server().url}/plan`, "POST", body);
  expect(answer.status).toBe(200);
  return answer.body;
}

describe("on an instance", () => {
  it("a gated repo and a model that needs a key arrive whole, and the secrets never get there", async () => {
    const { jobs } = await add({ source: "hf://org/gated", path: "checkpoints/gated" });
    expect(jobs).toHaveLength(2);
    const [lora] = (await add({ source: "civitai://5" })).jobs;
    for (const job of [...jobs, lora as JobMessage]) await complete(job);
    expect(hashOf(there("checkpoints/gated/vae/model.safetensors"))).toBe(
      hub.hash("models/org/gated", "vae/model.safetensors"),
    );
    expect(readFileSync(there("checkpoints/gated/config.json"))).toHaveLength(500);
    expect(hashOf(there("loras/detail.safetensors"))).toBe(site.hash(5, 77));
    const done = await jobOf(gpu.server().url, (lora as JobMessage).id);
    expect(done.checksum).toMatchObject({ state: "verified" });
    for (const secret of [HF_TOKEN, CIVITAI_API_KEY]) {
      expect(filesWith(gpu.sshd.home, secret)).toEqual([]);
      expect(filesWith(join(gpu.world.data, "logs"), secret)).toEqual([]);
    }
  });

  it("a file that is there and whole is not fetched again, and the plan says so beforehand", async () => {
    const url = origin.put("/there.bin", { size: 1_500_000 });
    const before = await plan({ source: url, path: "loras/" });
    expect(before).toMatchObject({
      count: 1,
      bytes: 1_500_000,
      space: [{ host: gpu.hostId, needed_bytes: 1_500_000, enough: true }],
      plans: [{ jobs: [{ state: "new", size: 1_500_000, destination: there("loras/there.bin") }] }],
    });
    const first = await add({ source: url, path: "loras/" });
    expect(first.status).toBe(201);
    await complete(first.jobs[0] as JobMessage);
    const sent = origin.bytesSent("/there.bin");
    expect(await plan({ source: url, path: "loras/" })).toMatchObject({
      count: 0,
      plans: [{ jobs: [{ state: "there" }] }],
    });
    const again = await add({ source: url, path: "loras/" });
    expect(again).toMatchObject({ status: 200, jobs: [{ status: "COMPLETE" }] });
    expect(origin.bytesSent("/there.bin") - sent).toBeLessThan(1_000);
    const other = await plan({ source: url, path: "loras/there.bin", size: 7 });
    expect(other.plans[0]?.jobs[0]).toMatchObject({ state: "in_the_way" });
  });

  it("one destination is one job, however often it is asked for", async () => {
    const url = origin.put("/slow.bin", { size: 3_000_000, bytesPerSecond: 20_000 });
    const [first] = (await add({ source: url })).jobs;
    const again = await add({ source: url });
    expect(again).toMatchObject({ status: 200, jobs: [{ id: first?.id }] });
    await call(`${gpu.server().url}/jobs/${first?.id}/cancel`, "POST");
    await waitFor(
      "the cancelled job",
      () => jobOf(gpu.server().url, first?.id ?? ""),
      ({ status }) => status === "CANCELLED",
    );
    origin.release("/slow.bin");
    await call(`${gpu.server().url}/jobs/${first?.id}/retry`, "POST");
    await complete(first as JobMessage);
    expect(hashOf(there("slow.bin"))).toBe(origin.hash("/slow.bin"));
  });

  it("a download survives a power cut of the server and a cut connection", async () => {
    const url = origin.put("/long.bin", { size: 4_000_000, bytesPerSecond: 500_000 });
    const sha256 = origin.hash("/long.bin");
    const [job] = (await add({ source: url, sha256 })).jobs;
    await origin.until((site) => site.bytesSent("/long.bin") > 500_000);
    await gpu.sshd.killConnections();
    await gpu.powerCut();
    const done = await complete(job as JobMessage);
    expect(done.checksum).toMatchObject({ state: "verified", hex: sha256 });
    expect(hashOf(there("long.bin"))).toBe(sha256);
    expect(readdirSync(there(""))).not.toContain("long.bin.part");
  });

  it("what a removed download has begun is deleted there; what others have called so stays", async () => {
    const url = origin.put("/unwanted.bin", { size: 30_000_000, bytesPerSecond: 100_000 });
    await mkdir(there(""), { recursive: true });
    await writeFile(there("theirs.bin.part"), "theirs");
    const [job] = (await add({ source: url })).jobs;
    await waitFor(
      "bytes there",
      async () => readdirSync(there("")),
      (names) => names.includes("unwanted.bin.part"),
    );
    const [theirs] = (await add({ source: url, path: "theirs.bin" })).jobs;
    for (const each of [theirs, job]) await call(`${gpu.server().url}/jobs/${each?.id}`, "DELETE");
    await waitFor(
      "nothing to be left of it",
      async () => readdirSync(there("")).filter((name) => name.startsWith("unwanted")),
      (names) => names.length === 0,
    );
    expect(readFileSync(there("theirs.bin.part"), "utf8")).toBe("theirs");
  });

  it("a workflow's missing models are fetched, and what is there already is told", async () => {
    await mkdir(there("vae"), { recursive: true });
    await writeFile(there("vae/have.safetensors"), "there");
    const url = origin.put("/need.safetensors", { size: 1_000_000 });
    const file = join(gpu.world.folder, "workflow.json");
    await writeFile(
      file,
      JSON.stringify({
        nodes: [
          { id: 1, type: "VAELoader", widgets_values: ["have.safetensors"] },
          {
            id: 2,
            type: "LoraLoader",
            widgets_values: ["need.safetensors", 1, 1],
            properties: { models: [{ name: "need.safetensors", url, directory: "loras" }] },
          },
        ],
      }),
    );
    const ran = await gpu.cli("add", file, "--to", "gpu", "--json");
    expect(ran.code, ran.stderr).toBe(0);
    await waitFor(
      "the missing model",
      async () => existsSync(there("loras/need.safetensors")),
      (is) => is,
    );
    expect(hashOf(there("loras/need.safetensors"))).toBe(origin.hash("/need.safetensors"));
  });
});
