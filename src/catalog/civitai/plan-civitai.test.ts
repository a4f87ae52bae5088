import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { Civitai, VersionSpec } from "../../../test/world/civitai.ts";
import { startCivitai } from "../../../test/world/civitai.ts";
import type { JobRequest, PlanOutcome } from "../../job/catalog-contract.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import type { Planner } from "../testing/planner.ts";
import { createPlanner, draftOf, refusalOf, stepOf } from "../testing/planner.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

interface World {
  site: Civitai;
  planner: Planner;
  ask(source: string, more?: Partial<JobRequest>): Promise<PlanOutcome>;
}

async function world(versions: Record<number, VersionSpec> = {}, key: string | null = null): Promise<World> {
  const site = await startCivitai();
  for (const [id, spec] of Object.entries(versions)) site.put(Number(id), spec);
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const tokens = key === null ? [] : [{ url: site.url, token: key }];
  const web = createTransfer({ clock, tokens: () => tokens, userAgent: "haulyard/test" });
  open.push(site, { [Symbol.asyncDispose]: () => web.close() });
  const planner = await createPlanner(
    {},
    { hub: site.url, hasToken: key !== null, fetch: web.fetchDocument },
  );
  return { site, planner, ask: (source, more = {}) => planner.ask({ source, ...more }) };
}

const LORA: VersionSpec = { modelId: 10, files: { 77: { bytes: 5000, name: "detail.safetensors" } } };

const MANY: VersionSpec = {
  modelId: 10,
  modelType: "Checkpoint",
  files: {
    1: { bytes: 100, name: "full.safetensors", size: "full", fp: "fp32" },
    2: { bytes: 200, name: "pruned.safetensors", size: "pruned", fp: "fp16", primary: true },
    3: { bytes: 300, name: "old.ckpt", format: "PickleTensor", size: "full", fp: "fp16" },
    4: { bytes: 400, name: "x.vae.safetensors", type: "VAE" },
  },
};

describe("a version", () => {
  test("is its file, in ComfyUI's folder, with the size and hash that Civitai has", async () => {
    const { site, planner, ask } = await world({ 5: LORA });
    const outcome = await ask("civitai://5");
    const folder = join(planner.modelsDir, "loras");
    expect(draftOf(outcome)).toMatchObject({
      source: { kind: "civitai", versionId: 5, fileId: 77 },
      name: "detail.safetensors",
      destination: join(folder, "detail.safetensors"),
    });
    expect(stepOf(outcome)).toEqual({
      kind: "transfer",
      url: `${site.url}/api/download/models/5`,
      mirrors: [],
      folder,
      name: "detail.safetensors",
      size: 5000,
      checksum: { algorithm: "sha256", hex: site.hash(5, 77), origin: "Civitai" },
      headers: {},
      ifExists: "adopt",
    });
    expect(
      site.requests.every(({ method, userAgent }) => method === "GET" && userAgent === "haulyard/test"),
    ).toBe(true);
    expect(site.storage.requests).toEqual([]);
  });

  test.each([
    "https://civitai.com/models/10/detail?modelVersionId=5",
    "https://civitai.com/api/download/models/5",
    "urn:air:sdxl:lora:civitai:10@5",
    "civitai:10@5",
    "civitai://models/10",
  ])("%s is the same file", async (source) => {
    const { ask } = await world({ 4: { ...LORA, files: { 70: { bytes: 1 } } }, 5: LORA });
    expect(stepOf(await ask(source)).name).toBe("detail.safetensors");
  });

  test("is found by the hash of a file of it, and that file is meant", async () => {
    const { site, ask } = await world({ 5: MANY });
    expect(stepOf(await ask(`civitai://hash/${site.hash(5, 3)}`)).name).toBe("old.ckpt");
    expect(stepOf(await ask(`civitai://hash/${site.hash(5, 3).slice(0, 10)}`)).name).toBe(
      "pruned.safetensors",
    );
  });

  test.each([
    ["", "pruned.safetensors", "checkpoints"],
    ["?size=full", "full.safetensors", "checkpoints"],
    ["?size=full&fp=FP16", "old.ckpt", "checkpoints"],
    ["?format=PickleTensor", "old.ckpt", "checkpoints"],
    ["?type=VAE", "x.vae.safetensors", "vae"],
    ["?fileId=1", "full.safetensors", "checkpoints"],
  ])("of several files, asked for with %j, is %s in %s", async (options, name, folder) => {
    const { planner, ask } = await world({ 5: MANY });
    const draft = draftOf(await ask(`civitai://5${options}`));
    expect(draft.destination).toBe(join(planner.modelsDir, folder, name));
  });

  test("without the file that is asked for says which there are", async () => {
    const { planner, ask } = await world({ 5: MANY });
    expect(refusalOf(planner, await ask("civitai://5?format=GGUF"))).toMatch(
      /^source: not_found: Model 10 \(v1\): none of its files has format=GGUF; there are full\.safetensors \(Model, SafeTensor, full, fp32\); /,
    );
  });

  test.each([
    ["LoCon", "MODELS/loras"],
    ["DoRA", "MODELS/loras"],
    ["TextualInversion", "MODELS/embeddings"],
    ["Controlnet", "MODELS/controlnet"],
    ["Upscaler", "MODELS/upscale_models"],
    ["Hypernetwork", "MODELS/hypernetworks"],
    ["MotionModule", "MODELS/animatediff_models"],
    ["Workflows", "DOWNLOADS/files/civitai"],
    ["Something new", "DOWNLOADS/files/civitai"],
  ])("of the type %s goes to %s", async (modelType, folder) => {
    const { planner, ask } = await world({ 5: { ...LORA, modelType } });
    const { destination } = draftOf(await ask("civitai://5"));
    expect(destination?.replace(planner.modelsDir, "MODELS").replace(planner.downloadsDir, "DOWNLOADS")).toBe(
      `${folder}/detail.safetensors`,
    );
  });

  test("goes where the request says, and may have its name from there", async () => {
    const { planner, ask } = await world({ 5: LORA });
    const at = async (path: string) => draftOf(await ask("civitai://5", { path })).destination;
    expect(await at("here/")).toBe(join(planner.downloadsDir, "files/here/detail.safetensors"));
    expect(await at(join(planner.modelsDir, "loras/x.safetensors"))).toBe(
      join(planner.modelsDir, "loras/x.safetensors"),
    );
  });

  test("keeps what Civitai tells of it, and a picture, beside it if that is asked for", async () => {
    const images = [
      { type: "video", url: "https://image.example/x.mp4" },
      { type: "image", url: "https://image.example/a/b.PNG?w=450" },
    ];
    const { site: own, planner, ask } = await world({ 5: { ...LORA, images } }, "k3y");
    const outcome = await ask("civitai://5", { withInfo: true, headers: { "X-A": "1" } });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    const steps = outcome.drafts.map(({ steps: [step] }) => step);
    expect(steps).toMatchObject([
      { name: "detail.safetensors", size: 5000 },
      {
        name: "detail.civitai.info",
        url: `${own.url}/api/v1/model-versions/5`,
        headers: { "X-A": "1" },
        checksum: null,
      },
      { name: "detail.preview.png", url: "https://image.example/a/b.PNG?w=450", headers: {} },
    ]);
    expect(
      new Set(outcome.drafts.map(({ steps: [step] }) => step?.kind === "transfer" && step.folder)),
    ).toEqual(new Set([join(planner.modelsDir, "loras")]));
  });

  test("whose hash is said to be another one is refused before the first byte", async () => {
    const { planner, ask } = await world({ 5: LORA });
    expect(refusalOf(planner, await ask("civitai://5", { sha256: "0".repeat(64) }))).toMatch(
      /^sha256: checksum_mismatch/,
    );
    expect(refusalOf(planner, await ask("civitai://5", { size: 1 }))).toMatch(/^size: size_mismatch/);
  });
});

describe("the key", () => {
  test("of the address goes into a header of the request, and stands in no address", async () => {
    const { site, ask } = await world({ 5: { ...LORA, needsKey: "401" } });
    site.key = "k3y";
    const step = stepOf(await ask("https://civitai.com/api/download/models/5?token=k3y"));
    expect(step.headers).toEqual({ authorization: "Bearer k3y" });
    expect(step.url).not.toContain("k3y");
  });

  test("goes to the host of CIVITAI_ENDPOINT, also where the answer names another one for the download", async () => {
    const { site, ask } = await world({ 5: { ...LORA, needsKey: "401" } }, "k3y");
    site.key = "k3y";
    const step = stepOf(await ask("civitai://5"));
    expect(new URL(step.url).origin).toBe(site.url);
    expect(step.headers).toEqual({});
    expect(site.requests.every(({ authorization }) => authorization === "Bearer k3y")).toBe(true);
  });
});

describe("what cannot be had is said plainly, with the page to open", () => {
  test.each(["401", "login page"] as const)("a missing key (%s)", async (needsKey) => {
    const { site, ask } = await world({ 5: { ...LORA, needsKey } });
    expect(await ask("civitai://5")).toMatchObject({
      kind: "refused",
      field: "source",
      failure: {
        code: "unauthorized",
        message: "Civitai gives Model 10 (v1) only to those who are logged in.",
        advice: `Make a key at ${site.url}/user/account and set CIVITAI_API_KEY.`,
      },
      page: `${site.url}/user/account`,
    });
  });

  test("a key that Civitai does not know", async () => {
    const { ask } = await world({ 5: { ...LORA, needsKey: "login page" } }, "wrong");
    expect(await ask("civitai://5")).toMatchObject({
      failure: { code: "unauthorized", message: expect.stringContaining("does not know the key") },
    });
  });

  test("early access, until when", async () => {
    const { site, ask } = await world({ 5: { ...LORA, earlyAccessUntil: "2030-01-02T03:04:05.000Z" } });
    expect(await ask("civitai://5")).toMatchObject({
      failure: {
        code: "forbidden",
        message: "Model 10 (v1) is in early access until 2030-01-02 03:04 UTC.",
        retryable: false,
      },
      page: `${site.url}/models/10?modelVersionId=5`,
    });
  });

  test.each([
    ["civitai://9", "not_found", /Civitai has no version 9: it was removed, or never was/],
    ["civitai://models/9", "not_found", /Civitai has no model 9/],
    ["civitai://hash/0000000000", "not_found", /Civitai has no file with the hash 0000000000/],
    ["civitai://6", "gone", /The file of Model 10 \(v1\) was removed from Civitai/],
    ["civitai://models/11", "gone", /Model 11 was taken down by Civitai/],
    ["civitai://models/12", "gone", /Model 12 was archived/],
    ["civitai://8", "not_found", /it has no files/],
  ])("%s", async (source, code, message) => {
    const { site, ask } = await world({
      6: { modelId: 10, files: { 1: { bytes: 5, removed: true } } },
      7: { ...LORA, modelId: 11 },
      70: { ...LORA, modelId: 12 },
      8: { modelId: 13, files: {} },
    });
    site.modes.set(11, "TakenDown").set(12, "Archived");
    expect(await ask(source)).toMatchObject({
      failure: { code, message: expect.stringMatching(message), advice: expect.stringMatching(/\.$/) },
    });
  });
});

describe("answers that are none of Civitai's give a clear error", () => {
  const spoilt = (spoil: VersionSpec["spoil"]): VersionSpec => ({
    ...LORA,
    ...(spoil === undefined ? {} : { spoil }),
  });
  const file = { id: 1, name: "x.safetensors", type: "Model" };

  test.each([
    ["bad JSON", () => "{", /sent JSON that is not valid/],
    ["100 MB", () => `"${" ".repeat(100_000_000)}"`, /sent more than \d+ bytes/],
    ["deep nesting", () => "[".repeat(100_000), /sent JSON that is n/],
    ["a list", () => [], /the version must be an object, got a list/],
    ["no id", (answer) => ({ ...answer, id: "5" }), /id must be a number above 0, got a text/],
    ["no model", (answer) => ({ ...answer, model: null }), /model must be an object, got null/],
    [
      "a number for a type",
      (answer) => ({ ...answer, model: { type: 5 } }),
      /model\.type must be a text, got the number 5/,
    ],
    ["no files", (answer) => ({ ...answer, files: "none" }), /files must be a list, got a text/],
    [
      "too many files",
      (answer) => ({ ...answer, files: Array.from({ length: 501 }, () => file) }),
      /sent a version of 501 files/,
    ],
    [
      "only wrong files",
      (answer) => ({ ...answer, files: [{ ...file, name: 5 }] }),
      /files\[0\] cannot be used: name must be a text/,
    ],
    [
      "a wrong hash",
      (answer) => ({ ...answer, files: [{ ...file, hashes: { SHA256: "xyz" } }] }),
      /hashes\.SHA256 must be 64 hexadecimal digits, got a text/,
    ],
  ] as [string, VersionSpec["spoil"], RegExp][])("%s", async (_, spoil, message) => {
    const { planner, ask } = await world({ 5: spoilt(spoil) });
    expect(refusalOf(planner, await ask("civitai://5"))).toMatch(message);
  });

  test.each([
    ["../../etc/passwd", "passwd"],
    ["..\\..\\x.safetensors", "x.safetensors"],
    [".bashrc", "bashrc"],
    ["a\u0000b.safetensors", "ab.safetensors"],
  ])("a file called %j stays in its folder", async (name, expected) => {
    const { planner, ask } = await world({
      5: spoilt((answer) => ({ ...answer, files: [{ ...file, name }] })),
    });
    expect(draftOf(await ask("civitai://5")).destination).toBe(join(planner.modelsDir, "loras", expected));
  });

  test.each([
    [5000 / 1024, 5000],
    [6775430.3, null],
    [-1, null],
    ["5", null],
    [undefined, null],
    [Number.MAX_VALUE, null],
  ])("a size of %j KB is %j bytes", async (sizeKB, bytes) => {
    const { ask } = await world({ 5: spoilt((answer) => ({ ...answer, files: [{ ...file, sizeKB }] })) });
    expect(stepOf(await ask("civitai://5"))).toMatchObject({ size: bytes, checksum: null });
  });

  test.each([
    "https://evil.example/x",
    "file:///etc/passwd",
    "//evil.example/api/download/models/5/../..",
    5,
  ])("a download from %j is not believed", async (downloadUrl) => {
    const { site, ask } = await world({
      5: spoilt((answer) => ({ ...answer, files: [{ ...file, downloadUrl }] })),
    });
    expect(stepOf(await ask("civitai://5")).url).toBe(`${site.url}/api/download/models/5`);
  });
});
