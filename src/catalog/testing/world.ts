/** A throw-away folder with a catalogue in it, for the tests of this folder. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished } from "vitest";
import type { JobRequest, ModelCatalogStore } from "../../job/catalog-contract.ts";
import { PLAIN_REQUEST } from "../../job/plain-request.ts";
import { createModelCatalog } from "../model-catalog.ts";

export interface World {
  folder: string;
  file: string;
  sampleFile: string;
  modelsDir: string;
  catalog: ModelCatalogStore;
  /** Text of the catalogue file. */
  text(): Promise<string>;
  /** The catalogue file as a value. */
  json(): Promise<unknown>;
}

/** @param content of the catalogue file: text, a value to write as JSON, or null for no file */
export async function createWorld(content: unknown, sample: unknown = {}): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-catalog-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = join(folder, "model_configs.json");
  const sampleFile = join(folder, "sample.json");
  const modelsDir = join(folder, "ComfyUI", "models");
  await mkdir(modelsDir, { recursive: true });
  await writeFile(sampleFile, toText(sample));
  if (content !== null) await writeFile(file, toText(content));
  const text = (): Promise<string> => readFile(file, "utf8");
  return {
    folder,
    file,
    sampleFile,
    modelsDir,
    catalog: createModelCatalog({ file, sampleFile, modelsDir }),
    text,
    json: async () => JSON.parse(await text()) as unknown,
  };
}

/** A catalogue with one set, `s`, of these entries. */
export function oneSet(models: Record<string, unknown>): Record<string, unknown> {
  return { s: { name: "S", models } };
}

export function entry(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { name: "N", url: "https://example.com/x.safetensors", path: "vae/x.safetensors", ...more };
}

export const REQUEST: JobRequest = { ...PLAIN_REQUEST, source: "" };

function toText(content: unknown): string {
  return typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`;
}

/** The one entry of a catalogue with this entry: its destination inside the models folder, or why it is bad. */
export async function judge(
  more: Record<string, unknown>,
  prepare?: (world: World) => Promise<unknown>,
): Promise<string> {
  const world = await createWorld(oneSet({ m: entry(more) }));
  await prepare?.(world);
  const { models, bad } = await world.catalog.read();
  expect(models.length + bad.length).toBe(1);
  const [model] = models;
  if (model === undefined) return bad[0]?.reason.replaceAll(world.modelsDir, "MODELS") ?? "";
  expect(model.path).toBe(more["path"] ?? "vae/x.safetensors");
  return model.destination.replace(world.modelsDir, "MODELS");
}
