import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createModelCatalog } from "./model-catalog.ts";

const sampleFile = join(import.meta.dirname, "../../model_configs.sample.json");
const FOLDERS = [
  "checkpoints",
  "clip_vision",
  "controlnet",
  "diffusion_models",
  "loras",
  "text_encoders",
  "upscale_models",
  "vae",
];

const catalog = createModelCatalog({
  file: join(tmpdir(), "haulyard-no-such-folder", "model_configs.json"),
  sampleFile,
  modelsDir: join(tmpdir(), "haulyard-no-such-folder", "models"),
});

test("every entry of the sample catalogue can be used, and no two are the same file", async () => {
  const { models, bad, raw } = await catalog.read();
  expect(bad).toEqual([]);
  expect(models.length).toBeGreaterThanOrEqual(25);
  expect(Object.keys(raw)).toHaveLength(7);
  expect(new Set(models.map(({ destination }) => destination)).size).toBe(models.length);
  expect(new Set(models.map(({ url }) => url)).size).toBe(models.length);
  expect(new Set(models.map(({ modelId }) => modelId)).size).toBe(models.length);
  const hashes = models.map(({ sha256 }) => sha256).filter((sha256) => sha256 !== null);
  expect(new Set(hashes).size).toBe(hashes.length);
});

test("its files lie in the folders ComfyUI looks in, come by https and are told apart by what they are for", async () => {
  const { models } = await catalog.read();
  expect(new Set(models.map(({ path }) => path.split("/")[0]))).toEqual(new Set(FOLDERS));
  for (const { url, description, size, path } of models) {
    expect(url).toMatch(
      /^https:\/\/huggingface\.co\/[\w.-]+\/[\w.-]+\/resolve\/main\/[\w./-]+\.(?:safetensors|pth)$/,
    );
    expect(path).toMatch(/^[\w-]+\/[\w.-]+$/);
    // The size is told in words, and the number, where there is one, agrees with them.
    const told = /([\d.]+) (GB|MB)\.$/.exec(description);
    expect(told, description).not.toBeNull();
    const bytes = Number(told?.[1]) * (told?.[2] === "GB" ? 1e9 : 1e6);
    if (size !== null) expect(Math.abs(size - bytes) / bytes).toBeLessThan(0.04);
  }
});

test("it is written as an edit would write it, so that the first edit changes one place only", async () => {
  const text = await readFile(sampleFile, "utf8");
  expect(`${JSON.stringify(JSON.parse(text), null, 2)}\n`).toBe(text);
});
