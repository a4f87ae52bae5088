import { mkdir, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startHuggingFace } from "../../../test/world/hugging-face.ts";
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import type { Planner, PlannerOptions } from "../testing/planner.ts";
import { createPlanner, draftOf, refusalOf } from "../testing/planner.ts";

const FLUX = {
  name: "FLUX.1 VAE",
  type: "vae",
  save_path: "vae/FLUX1",
  filename: "ae.safetensors",
  url: "https://example.org/ae.safetensors",
};

/** @param list the Manager's file, or what is there in its place */
async function world(list: unknown, options: PlannerOptions = {}): Promise<Planner> {
  const planner = await createPlanner({}, { uiHome: "comfy", ...options });
  await putList(planner, list);
  return planner;
}

async function putList({ folder }: Planner, list: unknown, at = Date.now()): Promise<void> {
  const manager = join(folder, "comfy/custom_nodes/ComfyUI-Manager");
  await mkdir(manager, { recursive: true });
  const file = join(manager, "model-list.json");
  await writeFile(file, typeof list === "string" ? list : JSON.stringify(list));
  await utimes(file, at / 1000, at / 1000);
}

const destinationOf = ({ modelsDir }: Planner, outcome: PlanOutcome): string | undefined =>
  draftOf(outcome).destination?.replace(modelsDir, "MODELS");

describe("a model of ComfyUI-Manager's list", () => {
  test.each(["FLUX.1 VAE", "ae.safetensors"])(
    "is asked for as %j, and goes where the list says",
    async (source) => {
      const planner = await world({ models: [FLUX] });
      const outcome = await planner.ask({ source });
      expect(destinationOf(planner, outcome)).toBe("MODELS/vae/FLUX1/ae.safetensors");
      expect(draftOf(outcome).steps).toMatchObject([{ url: FLUX.url }]);
    },
  );

  test("that stands in it twice is one; of two of one name it is asked which", async () => {
    const twice = await world({ models: [FLUX, { ...FLUX, name: "The same" }] });
    expect(destinationOf(twice, await twice.ask({ source: "ae.safetensors" }))).toBeDefined();
    const planner = await world({
      models: [FLUX, { ...FLUX, name: "Another", url: "https://example.org/other.safetensors" }],
    });
    expect(refusalOf(planner, await planner.ask({ source: "ae.safetensors" }))).toBe(
      'source: unsupported: source: ComfyUI-Manager\'s list has 2 models called "ae.safetensors"',
    );
  });

  test("may be a whole repo", async () => {
    await using hub = await startHuggingFace();
    hub.put("models/org/repo", { files: { "a.bin": { size: 10 }, "sub/b.bin": { size: 10 } } });
    const web = createTransfer({});
    const planner = await world(
      { models: [{ ...FLUX, name: "Repo", filename: "<huggingface>", url: `${hub.url}/org/repo` }] },
      { hub: hub.url, fetch: web.fetchDocument },
    );
    const outcome = await planner.ask({ source: "Repo" });
    await web.close();
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    const folder = join(planner.modelsDir, "vae/FLUX1");
    expect(outcome.drafts.map(({ destination }) => destination)).toEqual([
      join(folder, "a.bin"),
      join(folder, "sub/b.bin"),
    ]);
  });

  test("is found as the list is now", async () => {
    const planner = await world({ models: [] });
    expect(refusalOf(planner, await planner.ask({ source: FLUX.name }))).toMatch(/^source: not_found/);
    await putList(planner, { models: [FLUX] }, Date.now() + 5000);
    expect(destinationOf(planner, await planner.ask({ source: FLUX.name }))).toBeDefined();
  });

  test("whose file name leads elsewhere is refused", async () => {
    const planner = await world({ models: [{ ...FLUX, filename: "../../x.pt" }] });
    expect(refusalOf(planner, await planner.ask({ source: FLUX.name }))).toMatch(
      /^source: path_refused: source: "FLUX\.1 VAE" of ComfyUI-Manager's list cannot be used: its place must not leave/,
    );
  });
});

describe("a workflow that only names a model", () => {
  const source = (name: string): string =>
    JSON.stringify({ nodes: [{ id: 1, type: "VAELoader", widgets_values: [name] }] });

  test("gets it from the Manager's list, to where its loader looks", async () => {
    const planner = await world({ models: [FLUX] });
    const outcome = await planner.ask({ source: source("ae.safetensors") });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    expect(outcome.drafts[0]?.destination).toBe(join(planner.modelsDir, "vae/ae.safetensors"));
  });

  test("gets none where the list has several of this name, or one of another folder", async () => {
    const other = { ...FLUX, url: "https://example.org/2" };
    const several = await world({ models: [FLUX, other] });
    expect(refusalOf(several, await several.ask({ source: source("ae.safetensors") }))).toContain(
      "ComfyUI-Manager knows several of this name",
    );
    const lora = await world({ models: [{ ...FLUX, save_path: "loras" }] });
    expect(refusalOf(lora, await lora.ask({ source: source("ae.safetensors") }))).toContain(
      "the model catalogue does not know it",
    );
  });

  test.each([
    ["{", "it is JSON that is not valid"],
    ["[]", "it has no list of models"],
  ])("goes on without a list that reads %s, and says so", async (text, reason) => {
    const planner = await world(text);
    await mkdir(join(planner.modelsDir, "vae"), { recursive: true });
    await writeFile(join(planner.modelsDir, "vae/here.pt"), "");
    const json = JSON.stringify({
      nodes: [
        {
          id: 1,
          type: "VAELoader",
          properties: { models: [{ name: "a.pt", url: "https://example.org/a.pt", directory: "vae" }] },
        },
      ],
    });
    const outcome = await planner.ask({ source: json });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    expect(outcome.notes?.[0]).toContain(`model-list.json was not looked at: ${reason}.`);
  });
});
