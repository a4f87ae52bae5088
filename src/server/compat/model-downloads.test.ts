import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { ModelStatus } from "../../wire/models.ts";
import { DownloadAnswer, ModelListMessage, StatusAnswer } from "../../wire/models.ts";
import { send } from "../testing/send.ts";
import type { Raw } from "../testing/send.ts";
import { soon } from "../testing/soon.ts";
import { startServer } from "../testing/start-server.ts";
import type { TestOptions, TestServer } from "../testing/test-server.ts";

const URL_OF_BASE = "http://127.0.0.1:1/base.safetensors?token=hunter2";
const CATALOGUE = {
  sd: {
    name: "Stable Diffusion",
    models: {
      base: {
        name: "Base",
        url: URL_OF_BASE,
        path: "checkpoints/base.safetensors",
        description: "The base.",
      },
      vae: { name: "VAE", url: "http://127.0.0.1:1/vae.safetensors", path: "vae/vae.safetensors", size: 100 },
    },
  },
};

const started: TestServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ catalogue: CATALOGUE, localJobs: 1, ...options });
  started.push(server);
  return server;
}

function download({ url }: TestServer, body: unknown = { model_set: "sd", model_id: "base" }): Promise<Raw> {
  return send(url, "/download", { method: "POST", body });
}

async function statusOf(
  server: TestServer,
  path = "checkpoints/base.safetensors",
): Promise<ModelStatus | undefined> {
  return StatusAnswer.parse((await send(server.url, "/status")).json)[join(server.models, path)];
}

describe("POST /download", () => {
  it.each<[string, Record<string, string>, string]>([
    ["JSON", { "content-type": "application/json" }, '{"model_set":"sd","model_id":"base"}'],
    ["a form", { "content-type": "application/x-www-form-urlencoded" }, "model_set=sd&model_id=base"],
    [
      "a multipart form, as FormData sends it",
      { "content-type": "multipart/form-data; boundary=----WebKitFormBoundaryk7" },
      ["model_set", "model_id", ""]
        .map((name) =>
          name === "" ? "--\r\n" : `\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n`,
        )
        .map((head, index) => `------WebKitFormBoundaryk7${head}${["sd\r\n", "base\r\n", ""][index]}`)
        .join(""),
    ],
  ])("starts a download asked for as %s", async (_, headers, body) => {
    const server = await start();
    const answer = await send(server.url, "/download", { method: "POST", headers, body });
    expect(answer.status).toBe(200);
    const destination = join(server.models, "checkpoints/base.safetensors");
    expect(DownloadAnswer.parse(answer.json)).toMatchObject({ status: "started", destination });
    const run = await server.transfers.begun(0);
    expect(run.step).toMatchObject({
      url: URL_OF_BASE,
      folder: join(server.models, "checkpoints"),
      ifExists: "adopt",
    });
  });

  it("refuses a second one while the first runs, in the words the old clients look for", async () => {
    const server = await start();
    await download(server);
    await server.transfers.begun(0);
    const again = await download(server);
    expect(again.status).toBe(409);
    expect(again.json).toMatchObject({
      error: "Download already in progress",
      success: false,
      code: "conflict",
    });
    expect(server.transfers.runs).toHaveLength(1);
  });

  it("starts one download however often it is asked at once", async () => {
    const server = await start();
    const answers = await Promise.all(Array.from({ length: 20 }, () => download(server)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(19);
    expect((await server.engine.list({ sort: "newest", limit: 10 })).jobs).toHaveLength(1);
  });

  it("says that a file is there and whole, and lists it as completed", async () => {
    const server = await start();
    const destination = join(server.models, "checkpoints/base.safetensors");
    server.transfers.there.set(destination, { kind: "whole", bytes: 77 });
    expect((await download(server)).json).toMatchObject({ status: "already_exists", destination });
    expect(await statusOf(server)).toMatchObject({ status: "completed", progress: 100, file_size: 77 });
    expect((await download(server)).json).toMatchObject({ status: "already_exists" });
    expect(server.transfers.runs).toHaveLength(0);
  });

  it("lets a paused one go on", async () => {
    const server = await start();
    const { job_id } = DownloadAnswer.parse((await download(server)).json);
    await server.transfers.begun(0);
    await send(server.url, `/jobs/${job_id}/pause`, { method: "POST" });
    await soon(async () => (await statusOf(server))?.paused).toBe(true);
    expect((await download(server)).json).toMatchObject({ status: "started", job_id });
    await server.transfers.begun(1);
  });

  it("tries a failed one again, from where it was", async () => {
    const server = await start();
    const { job_id } = DownloadAnswer.parse((await download(server)).json);
    (await server.transfers.begun(0)).finish({
      kind: "failed",
      failure: failure("gone", "It is gone."),
      bytesCame: false,
    });
    await soon(async () => (await statusOf(server))?.status).toBe("error");
    expect((await download(server)).json).toMatchObject({ status: "started", job_id });
  });

  it("uses a corrected entry after a failure, not what was wrong before", async () => {
    const server = await start();
    await download(server);
    (await server.transfers.begun(0)).finish({
      kind: "failed",
      failure: failure("not_found", "404"),
      bytesCame: false,
    });
    await soon(async () => (await statusOf(server))?.status).toBe("error");
    const model_info = {
      name: "Base",
      url: "http://127.0.0.1:1/right.safetensors",
      path: "checkpoints/base.safetensors",
    };
    await send(server.url, "/edit_model", {
      method: "POST",
      body: { model_set: "sd", model_id: "base", model_info },
    });
    expect((await download(server)).json).toMatchObject({ status: "started" });
    expect((await server.transfers.begun(1)).step.url).toBe(model_info.url);
    expect(await statusOf(server)).toMatchObject({ status: "downloading" });
  });

  it("fetches a file again that was deleted after it was complete", async () => {
    const server = await start();
    await download(server);
    (await server.transfers.begun(0)).complete();
    await soon(async () => (await statusOf(server))?.status).toBe("completed");
    expect((await download(server)).json).toMatchObject({ status: "started" });
    expect(await statusOf(server)).toMatchObject({ status: expect.stringMatching(/starting|downloading/) });
  });

  it("says where the catalogue is broken", async () => {
    const server = await start();
    await writeFile(server.catalogFile, '{\n  "sd": {,}\n}');
    const answer = await download(server);
    expect(answer.status).toBe(422);
    expect(answer.json).toMatchObject({
      code: "file_broken",
      error: expect.stringContaining("line 2, column 10"),
    });
  });
});

describe("GET /status", () => {
  it("shows bytes, speed and percent while they move", async () => {
    const server = await start();
    await download(server);
    (await server.transfers.begun(0)).move(250);
    await soon(async () => (await statusOf(server))?.progress).toBe(25);
    expect(await statusOf(server)).toMatchObject({ status: "downloading", downloaded: 250, file_size: 1000 });
  });

  it("shows downloads that were asked for by other ways, too", async () => {
    const server = await start();
    await send(server.url, "/jobs", { method: "POST", body: { source: "http://127.0.0.1:1/x.bin" } });
    const status = StatusAnswer.parse((await send(server.url, "/status")).json);
    expect(Object.keys(status)).toEqual([join(server.downloads, "files/x.bin")]);
  });

  it("shows what has just been asked for at once", async () => {
    const server = await start();
    for (let round = 0; round < 20; round += 1) {
      await send(server.url, "/jobs", {
        method: "POST",
        body: { source: `http://127.0.0.1:1/${round}.bin` },
      });
      expect(Object.keys((await send(server.url, "/status")).json ?? {})).toHaveLength(round + 1);
    }
  });

  it("tells nobody the secrets in a URL", async () => {
    const server = await start();
    await download(server);
    const answers = await Promise.all(
      ["/status", "/models", "/get_model_configs", "/jobs"].map((path) => send(server.url, path)),
    );
    for (const { text } of answers) {
      expect(text).toContain("base.safetensors?token=***");
      expect(text).not.toContain("hunter2");
    }
  });
});

describe("POST /clear_completed", () => {
  it("forgets completed and failed downloads, and leaves the others alone", async () => {
    const server = await start();
    await download(server);
    (await server.transfers.begun(0)).complete();
    await soon(async () => (await statusOf(server))?.status).toBe("completed");
    await download(server, { model_set: "sd", model_id: "vae" });
    (await server.transfers.begun(1)).finish({
      kind: "failed",
      failure: failure("gone", "Gone."),
      bytesCame: false,
    });
    await soon(async () => (await statusOf(server, "vae/vae.safetensors"))?.status).toBe("error");
    await send(server.url, "/jobs", { method: "POST", body: { source: "http://127.0.0.1:1/x.bin" } });
    const answer = await send(server.url, "/clear_completed", { method: "POST" });
    expect(answer.json).toEqual({ status: "cleared", removed_count: 2 });
    expect(Object.keys((await send(server.url, "/status")).json ?? {})).toEqual([
      join(server.downloads, "files/x.bin"),
    ]);
    expect((await send(server.url, "/clear_completed", { method: "POST", body: {} })).json).toMatchObject({
      removed_count: 0,
    });
  });
});

describe("GET /models", () => {
  const modelsOf = async (server: TestServer): Promise<Record<string, unknown>> => {
    const { models } = ModelListMessage.parse((await send(server.url, "/models")).json);
    return Object.fromEntries(models.map(({ model_id, state, bytes }) => [model_id, [state, bytes]]));
  };

  it("tells of every model whether it is here", async () => {
    const server = await start();
    expect(await modelsOf(server)).toEqual({ base: ["absent", 0], vae: ["absent", 0] });

    for (const folder of ["checkpoints", "vae"])
      await mkdir(join(server.models, folder), { recursive: true });
    await writeFile(join(server.models, "checkpoints/base.safetensors"), "x".repeat(10));
    await writeFile(join(server.models, "vae/vae.safetensors"), "x".repeat(10));
    expect(await modelsOf(server)).toEqual({ base: ["present", 10], vae: ["partial", 10] });

    await writeFile(join(server.models, "vae/vae.safetensors"), "x".repeat(100));
    expect(await modelsOf(server)).toMatchObject({ vae: ["present", 100] });
  });

  it("tells how much of one that is being fetched has come", async () => {
    const server = await start();
    await download(server);
    const run = await server.transfers.begun(0);
    await mkdir(run.step.folder, { recursive: true });
    await writeFile(`${run.step.folder}/base.safetensors.part`, "");
    run.move(300);
    await soon(() => modelsOf(server)).toMatchObject({ base: ["partial", 300] });
  });

  it("lists sets and entries that cannot be used", async () => {
    const bad = { x: { name: "X", models: { one: { name: "One", url: "http://x/", path: "../../y" } } } };
    const server = await start({ catalogue: { ...CATALOGUE, ...bad } });
    const message = ModelListMessage.parse((await send(server.url, "/models")).json);
    expect(message.sets).toEqual([
      { id: "sd", name: "Stable Diffusion" },
      { id: "x", name: "X" },
    ]);
    expect(message.bad).toEqual([{ set_id: "x", model_id: "one", reason: expect.stringContaining("path") }]);
    expect(message.file).toBe(server.catalogFile);
  });
});

describe("the catalogue", () => {
  const post = (server: TestServer, path: string, body: unknown): Promise<Raw> =>
    send(server.url, path, { method: "POST", body });
  const info = {
    name: "New",
    url: "http://127.0.0.1:1/new.bin",
    path: "loras/new.bin",
    trigger_words: ["a"],
  };

  it("is given as it is, fields nobody knows included", async () => {
    const catalogue = { sd: { ...CATALOGUE.sd, icon: "★" }, $note: "mine" };
    const server = await start({ catalogue });
    const { json } = await send(server.url, "/get_model_configs");
    expect(json).toMatchObject({ sd: { icon: "★" }, $note: "mine" });
    expect(json).toMatchObject({ sd: { models: { vae: CATALOGUE.sd.models.vae } } });
  });

  it("takes a new entry, also into a new set", async () => {
    const server = await start();
    const added = await post(server, "/add_model", {
      model_set: "sd",
      model_name: "My Lora 2",
      model_info: info,
    });
    expect(added.json).toEqual({ status: "added", model_id: "my_lora_2" });
    const group = {
      model_set: "mine",
      model_name: "A",
      model_info: { ...info, path: "a" },
      new_group: true,
      new_group_name: "Mine",
    };
    expect((await post(server, "/add_model", group)).json).toMatchObject({ status: "added" });
    expect(JSON.parse(await readFile(server.catalogFile, "utf8"))).toMatchObject({
      sd: { models: { my_lora_2: info } },
      mine: { name: "Mine", models: { a: { name: "New" } } },
    });
  });

  it("keeps the secret in a URL that comes back as it was shown, and fields that were not sent", async () => {
    const server = await start();
    const shown = (await send(server.url, "/get_model_configs")).json as typeof CATALOGUE;
    const model_info = { ...shown.sd.models.base, name: "Base 2" };
    const edited = await post(server, "/edit_model", { model_set: "sd", model_id: "base", model_info });
    expect(edited.json).toEqual({ status: "edited", model_id: "base" });
    expect(JSON.parse(await readFile(server.catalogFile, "utf8"))).toMatchObject({
      sd: { models: { base: { name: "Base 2", url: URL_OF_BASE, description: "The base." } } },
    });
  });

  it("moves an entry to another set, and refuses where the set has one", async () => {
    const server = await start({ catalogue: { ...CATALOGUE, xl: { name: "XL", models: {} } } });
    const model_info = CATALOGUE.sd.models.vae;
    expect((await post(server, "/edit_model", { model_set: "xl", model_id: "vae", model_info })).status).toBe(
      200,
    );
    expect(JSON.parse(await readFile(server.catalogFile, "utf8"))).toMatchObject({
      xl: { models: { vae: model_info } },
    });
    expect((await post(server, "/download", { model_set: "sd", model_id: "vae" })).status).toBe(404);
  });

  it("loses an entry that is deleted, and nothing else", async () => {
    const server = await start();
    const deleted = await post(server, "/delete_model", { model_set: "sd", model_id: "vae" });
    expect(deleted.json).toEqual({ status: "deleted", model_id: "vae" });
    expect(JSON.parse(await readFile(server.catalogFile, "utf8"))).toEqual({
      sd: { name: "Stable Diffusion", models: { base: CATALOGUE.sd.models.base } },
    });
  });

  it("is read anew after it was changed by hand; a broken one is named with its place", async () => {
    const server = await start();
    expect((await post(server, "/reload_config", undefined)).json).toEqual({
      status: "success",
      message: "The catalogue has 2 models.",
    });
    await writeFile(server.catalogFile, '{"sd": {"models": {"a": nonsense}}}');
    const broken = await post(server, "/reload_config", {});
    expect(broken.status).toBe(422);
    expect(broken.json?.["error"]).toMatch(/line 1, column 25/);
    expect((await send(server.url, "/health")).json).toMatchObject({
      problems: [{ code: "catalogue_broken" }],
    });
    for (const path of ["/models", "/get_model_configs", "/debug_config"])
      expect((await send(server.url, path)).status).toBe(422);
  });

  it("tells where it is and what is in it", async () => {
    const server = await start();
    expect((await send(server.url, "/debug_config")).json).toEqual({
      config_file_path: server.catalogFile,
      config_file_exists: true,
      model_sets: ["sd"],
      total_models: 2,
      model_sets_detail: { sd: { name: "Stable Diffusion", models: ["base", "vae"] } },
    });
  });
});
