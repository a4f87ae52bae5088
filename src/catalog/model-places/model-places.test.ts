import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPlanner, draftOf, refusalOf } from "../testing/planner.ts";
import type { Planner, PlannerOptions } from "../testing/planner.ts";
import { entry, oneSet } from "../testing/world.ts";

const BESIDE = `
ours:
  base_path: $WORLD/disk
  checkpoints: checkpoints
  vae: |
    vae
    more/vae
  unet: unet
`;
const DEFAULT = BESIDE.replace("base_path", "is_default: true\n  base_path");

async function put(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, "here");
}

const shorten = ({ folder }: Planner, path: string | null | undefined): string =>
  (path ?? "").replace(`${folder}/`, "");

/** Where the one model of a catalogue is said to be. */
async function destination(
  path: string,
  options: PlannerOptions,
  files: readonly string[] = [],
): Promise<string> {
  const planner = await createPlanner(oneSet({ m: entry({ path }) }), options);
  for (const file of files) await put(join(planner.folder, file));
  const { models, bad } = await planner.catalog.read();
  return shorten(planner, models[0]?.destination ?? bad[0]?.reason);
}

describe("a model of the catalogue", () => {
  test("goes to the models folder where no section is the default", async () => {
    expect(await destination("vae/x.safetensors", { extraPaths: BESIDE })).toBe(
      "ComfyUI/models/vae/x.safetensors",
    );
  });

  test("goes to the first folder of the section that is the default", async () => {
    // ComfyUI puts each line of a default before those it has: the last one is looked at first.
    expect(await destination("vae/x.safetensors", { extraPaths: DEFAULT })).toBe(
      "disk/more/vae/x.safetensors",
    );
    expect(await destination("loras/x.safetensors", { extraPaths: DEFAULT })).toBe(
      "ComfyUI/models/loras/x.safetensors",
    );
  });

  test("is where it lies already, in whichever of the folders that is", async () => {
    const found = (files: string[], extraPaths: string): Promise<string> =>
      destination("vae/sub/x.safetensors", { extraPaths }, files);
    expect(await found(["disk/vae/sub/x.safetensors"], BESIDE)).toBe("disk/vae/sub/x.safetensors");
    expect(await found(["ComfyUI/models/vae/sub/x.safetensors"], DEFAULT)).toBe(
      "ComfyUI/models/vae/sub/x.safetensors",
    );
  });

  test("is found in the folder that had the older name", async () => {
    const path = "diffusion_models/x.safetensors";
    expect(await destination(path, {}, ["ComfyUI/models/unet/x.safetensors"])).toBe(
      "ComfyUI/models/unet/x.safetensors",
    );
    expect(await destination(path, { extraPaths: BESIDE }, ["disk/unet/x.safetensors"])).toBe(
      "disk/unet/x.safetensors",
    );
  });

  test("may be named by its path in one of the folders, and by none outside", async () => {
    const planner = await createPlanner({}, { extraPaths: BESIDE });
    const at = (path: string): object => ({ name: "N", url: "https://example.com/x.safetensors", path });
    await writeFile(
      planner.file,
      JSON.stringify(
        oneSet({
          in: at(join(planner.folder, "disk/vae/y.safetensors")),
          out: at(join(planner.folder, "disk/z.safetensors")),
          up: at(`${join(planner.folder, "disk/vae")}/../z.safetensors`),
        }),
      ),
    );
    const { models, bad } = await planner.catalog.read();
    expect(models.map((model) => shorten(planner, model.destination))).toEqual(["disk/vae/y.safetensors"]);
    expect(bad.map(({ modelId, reason }) => `${modelId}: ${reason.split(" (")[0]}`)).toEqual([
      "out: path must stay inside the models folder",
      "up: path must stay inside the folder of models",
    ]);
  });
});

describe("links", () => {
  test("may make a folder that is named, and lead from one of them into another", async () => {
    const planner = await createPlanner(
      oneSet({ a: entry(), b: entry({ path: "loras/linked/x.safetensors" }) }),
      { extraPaths: DEFAULT },
    );
    const { folder, modelsDir } = planner;
    await mkdir(join(folder, "far/vae"), { recursive: true });
    await mkdir(join(folder, "disk/more"), { recursive: true });
    await symlink(join(folder, "far/vae"), join(folder, "disk/more/vae"));
    await mkdir(join(folder, "disk/checkpoints"), { recursive: true });
    await mkdir(join(modelsDir, "loras"), { recursive: true });
    await symlink(join(folder, "disk/checkpoints"), join(modelsDir, "loras/linked"));
    const { models, bad } = await planner.catalog.read();
    expect(bad).toEqual([]);
    expect(models.map((model) => shorten(planner, model.destination))).toEqual([
      "disk/more/vae/x.safetensors",
      "ComfyUI/models/loras/linked/x.safetensors",
    ]);
  });

  test("that lead out of one of them are refused as ever", async () => {
    const planner = await createPlanner(oneSet({ a: entry({ path: "vae/away/x.safetensors" }) }), {
      extraPaths: DEFAULT,
    });
    await mkdir(join(planner.folder, "elsewhere"));
    await mkdir(join(planner.folder, "disk/more/vae"), { recursive: true });
    await symlink(join(planner.folder, "elsewhere"), join(planner.folder, "disk/more/vae/away"));
    const { models, bad } = await planner.catalog.read();
    expect(models).toEqual([]);
    expect(bad[0]?.reason).toContain("is a link to");
  });
});

describe("a download", () => {
  const url = "https://example.com/x.safetensors";

  test("may be put into one of the folders, and nowhere beside them", async () => {
    const planner = await createPlanner({}, { extraPaths: BESIDE });
    const path = join(planner.folder, "disk/checkpoints/x.safetensors");
    expect(draftOf(await planner.ask({ source: url, path })).destination).toBe(path);
    const outside = join(planner.folder, "disk/x.safetensors");
    expect(refusalOf(planner, await planner.ask({ source: url, path: outside }))).toMatch(
      /^path: path_refused/,
    );
  });

  test("of a workflow goes where the default says, and what lies in one of the folders is not fetched", async () => {
    const planner = await createPlanner({}, { extraPaths: DEFAULT });
    await put(join(planner.folder, "disk/checkpoints/old.safetensors"));
    const node = (id: number, type: string, name: string, models: object[] = []): object => ({
      id,
      type,
      widgets_values: [name],
      properties: { models },
    });
    const outcome = await planner.ask({
      source: JSON.stringify({
        nodes: [
          node(1, "CheckpointLoaderSimple", "old.safetensors"),
          node(2, "UNETLoader", "new.safetensors", [
            { name: "new.safetensors", url, directory: "diffusion_models" },
          ]),
        ],
        links: [],
      }),
    });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    expect(outcome.drafts.map((draft) => shorten(planner, draft.destination))).toEqual([
      "disk/unet/new.safetensors",
    ]);
    expect(outcome.notes).toEqual(["One model the workflow names is here already."]);
  });
});

describe("the file that names the folders", () => {
  test("is read again when it changes, and what is wrong with it is a problem and no more", async () => {
    const planner = await createPlanner(oneSet({ a: entry() }), { extraPaths: BESIDE });
    const file = join(planner.folder, "extra_model_paths.yaml");
    const where = async (): Promise<string> => {
      const [model] = (await planner.catalog.read()).models;
      return shorten(planner, model?.destination);
    };
    expect(await where()).toBe("ComfyUI/models/vae/x.safetensors");
    await writeFile(file, DEFAULT);
    expect(await where()).toBe("disk/more/vae/x.safetensors");
    await writeFile(file, "ours: [broken");
    expect(await where()).toBe("ComfyUI/models/vae/x.safetensors");
    await rm(file);
    expect(await where()).toBe("ComfyUI/models/vae/x.safetensors");
  });
});
