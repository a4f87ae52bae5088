import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createModelCatalog } from "./model-catalog.ts";
import { createWorld, entry, judge, oneSet, type World } from "./testing/world.ts";

describe("a folder that is a link", () => {
  test("out of the models folder is refused, wherever in the path it is", async () => {
    const outwards = async ({ modelsDir, folder }: World): Promise<void> => {
      await mkdir(join(folder, "outside/inner"), { recursive: true });
      await symlink(join(folder, "outside"), join(modelsDir, "vae"));
    };
    expect(await judge({}, outwards)).toContain("path must stay inside the models folder (MODELS): ");
    expect(await judge({ path: "vae/inner/x" }, outwards)).toContain("is a link to");
    expect(await judge({ path: "vae/new/x" }, outwards)).toContain("is a link to");
    expect(await judge({ path: "vae/" }, outwards)).toContain("is a link to");
    expect(await judge({ path: "vae" }, outwards)).toContain("is a link to");
  });

  test("to a neighbour whose name only begins like the models folder's is refused", async () => {
    const sideways = async ({ modelsDir }: World): Promise<void> => {
      await mkdir(`${modelsDir}-old`);
      await symlink(`${modelsDir}-old`, join(modelsDir, "vae"));
    };
    expect(await judge({}, sideways)).toContain("is a link to");
  });

  test("within the models folder may be used", async () => {
    const inwards = async ({ modelsDir }: World): Promise<void> => {
      await mkdir(join(modelsDir, "clip"));
      await symlink("clip", join(modelsDir, "vae"));
    };
    expect(await judge({}, inwards)).toBe("MODELS/vae/x.safetensors");
  });

  test("to nothing, to itself, or that is a file, is refused with the reason", async () => {
    const link = (target: string) => (world: World) => symlink(target, join(world.modelsDir, "vae"));
    expect(await judge({}, link("nowhere"))).toContain("is a link that leads nowhere");
    expect(await judge({ path: "vae/deep/x" }, link("/nowhere/at/all"))).toContain(
      "is a link that leads nowhere",
    );
    expect(await judge({}, link("vae"))).toContain("lead in circles");
    expect(await judge({}, ({ modelsDir }) => writeFile(join(modelsDir, "vae"), ""))).toContain(
      "is a file, not a folder",
    );
  });

  test("is no matter where the models folder itself is one, or is not there yet", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    await symlink(world.modelsDir, join(world.folder, "models"));
    for (const modelsDir of [join(world.folder, "models"), join(world.folder, "not/yet/there")]) {
      const { models } = await createModelCatalog({ ...world, modelsDir }).read();
      expect(models[0]?.destination).toBe(join(modelsDir, "vae/x.safetensors"));
    }
  });

  test("and that is the file itself is the file: a download will replace the link, not what it leads to", async () => {
    const linked = async ({ modelsDir, folder }: World): Promise<void> => {
      await mkdir(join(modelsDir, "vae"));
      await writeFile(join(folder, "elsewhere.bin"), "x");
      await symlink(join(folder, "elsewhere.bin"), join(modelsDir, "vae/x.safetensors"));
    };
    expect(await judge({}, linked)).toBe("MODELS/vae/x.safetensors");
  });
});
