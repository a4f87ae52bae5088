/** HAULYARD_ROOTS: folders beside those of models and downloads that may be written to. */
import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createPlanner, draftOf, refusalOf, URL_OF_FILE } from "../testing/planner.ts";
import { entry, oneSet } from "../testing/world.ts";

test("a download may name a folder of HAULYARD_ROOTS, and none beside it", async () => {
  const planner = await createPlanner({}, { roots: ["disk"] });
  const at = (path: string) => planner.ask({ source: URL_OF_FILE, path: join(planner.folder, path) });
  expect(draftOf(await at("disk/isos/a.iso")).destination).toBe(join(planner.folder, "disk/isos/a.iso"));
  for (const path of ["disk2/a.iso", "disk/../a.iso", "a.iso"])
    expect(refusalOf(planner, await at(path)), path).toMatch(/path_refused/);
  // Without the setting the same folder is closed.
  const closed = await createPlanner();
  const path = join(closed.folder, "disk/a.iso");
  expect(refusalOf(closed, await closed.ask({ source: URL_OF_FILE, path }))).toMatch(/path_refused/);
});

test("a link in the models folder is followed into one of HAULYARD_ROOTS, and a link there to nowhere else", async () => {
  const content = oneSet({ m: entry({ path: "vae/x.safetensors" }) });
  const planner = await createPlanner(content, { roots: ["disk"] });
  const at = (path: string): string => join(planner.folder, path);
  for (const folder of ["disk/vae", "elsewhere"]) await mkdir(at(folder), { recursive: true });
  await mkdir(planner.modelsDir, { recursive: true });
  await symlink(at("disk/vae"), join(planner.modelsDir, "vae"));
  const { models, bad } = await planner.catalog.read();
  expect(bad).toEqual([]);
  expect(models[0]?.destination).toBe(join(planner.modelsDir, "vae/x.safetensors"));
  await symlink(at("elsewhere"), at("disk/out"));
  const out = await planner.ask({ source: URL_OF_FILE, path: at("disk/out/a.iso") });
  expect(refusalOf(planner, out)).toMatch(/path_refused/);
});
