import { spawn } from "node:child_process";
import {
  appendFile,
  chmod,
  chown,
  mkdir,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { CatalogueError, type CatalogueEdit } from "../job/catalog-contract.ts";
import type { CatalogueText } from "./catalogue-text.ts";
import { createFileEditor } from "./edit-file.ts";
import { createModelCatalog } from "./model-catalog.ts";
import { done, info } from "./testing/edits.ts";
import { createWorld, entry, oneSet, type World } from "./testing/world.ts";

describe("the file", () => {
  const remove = (world: World): Promise<CatalogueEdit> => world.catalog.remove({ setId: "s", modelId: "m" });

  test("that is broken is never written to", async () => {
    const broken = '{"s": {"models": {"m": {}}}, }';
    const world = await createWorld(broken);
    await expect(remove(world)).rejects.toBeInstanceOf(CatalogueError);
    expect(await world.text()).toBe(broken);
    expect(await readdir(world.folder)).toEqual(["ComfyUI", "model_configs.json", "sample.json"]);
  });

  test("keeps its mode", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    await chmod(world.file, 0o640);
    await remove(world);
    expect((await stat(world.file)).mode & 0o7777).toBe(0o640);
  });

  test.runIf(process.getuid?.() === 0)("keeps its owner", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    await chown(world.file, 1234, 4321);
    await remove(world);
    expect(await stat(world.file)).toMatchObject({ uid: 1234, gid: 4321 });
  });

  test("that is reached by a link stays behind the link", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    await mkdir(join(world.folder, "real"));
    await rename(world.file, join(world.folder, "real/configs.json"));
    await symlink("real/configs.json", world.file);
    await remove(world);
    expect(await readlink(world.file)).toBe("real/configs.json");
    expect(await world.json()).toEqual(oneSet({}));
  });

  test("is made in a folder that is not there yet", async () => {
    const world = await createWorld(null, oneSet({ m: entry() }));
    const file = join(world.folder, "new/folder/configs.json");
    expect(await createModelCatalog({ ...world, file }).remove({ setId: "s", modelId: "m" })).toEqual(
      done("m"),
    );
    expect(await readdir(join(world.folder, "new/folder"))).toEqual(["configs.json"]);
  });

  test("where it cannot be written says so and why", async () => {
    const world = await createWorld(null, oneSet({ m: entry() }));
    const file = "/proc/nowhere/configs.json";
    const edit = createModelCatalog({ ...world, file }).remove({ setId: "s", modelId: "m" });
    await expect(edit).rejects.toThrow(
      /^\/proc\/nowhere\/configs\.json cannot be edited \(E[A-Z]+\); nothing was changed$/,
    );
  });
});

describe("edits at the same time", () => {
  test("in one process all count", async () => {
    const world = await createWorld(oneSet({}));
    const twin = createModelCatalog(world);
    const edits = Array.from({ length: 20 }, (_, index) =>
      (index % 2 === 0 ? world.catalog : twin).add({
        setId: "s",
        modelName: "X",
        info: info({ path: `x${index}.bin` }),
        newSetName: null,
      }),
    );
    const ids = (await Promise.all(edits)).map((outcome) => outcome.kind === "done" && outcome.modelId);
    expect(new Set(ids).size).toBe(20);
    expect((await world.catalog.read()).models).toHaveLength(20);
  });

  test("in several processes all count", async () => {
    const world = await createWorld(oneSet({}));
    const program = `
      import { createModelCatalog } from ${JSON.stringify(new URL("model-catalog.ts", import.meta.url).href)};
      const catalog = createModelCatalog(${JSON.stringify({ file: world.file, sampleFile: world.sampleFile, modelsDir: world.modelsDir })});
      for (let number = 0; number < 15; number++) {
        const path = process.pid + "-" + number + ".bin";
        const outcome = await catalog.add({ setId: "s", modelName: path, info: { url: "https://example.com/" + path, path }, newSetName: null });
        if (outcome.kind !== "done") throw new Error(outcome.message);
      }
    `;
    const exits = Array.from({ length: 3 }, async () => {
      const child = spawn(process.execPath, ["--input-type=module-typescript", "-e", program], {
        stdio: ["ignore", "ignore", "inherit"],
      });
      return new Promise<number | null>((resolve) => child.once("exit", resolve));
    });
    expect(await Promise.all(exits)).toEqual([0, 0, 0]);
    expect((await world.catalog.read()).models).toHaveLength(45);
    expect(await readdir(world.folder)).toEqual(["ComfyUI", "model_configs.json", "sample.json"]);
  });

  test("in one process go in the order they were asked for", async () => {
    const world = await createWorld(oneSet({}));
    const edits = Array.from({ length: 8 }, (_, index) =>
      world.catalog.add({
        setId: "s",
        modelName: "X",
        info: info({ path: `x${index}.bin` }),
        newSetName: null,
      }),
    );
    expect(await Promise.all(edits)).toEqual(
      ["x", "x_1", "x_2", "x_3", "x_4", "x_5", "x_6", "x_7"].map((id) => done(id)),
    );
  });

  /** An editor of a file of numbers, one a line, and an edit that adds one, disturbed while it is under way. */
  async function disturbed(disturb: (file: string, tries: number) => Promise<void>): Promise<string> {
    const { file } = await createWorld("1\n");
    const load = async (): Promise<CatalogueText> => ({
      file,
      text: await readFile(file, "utf8"),
      root: { kind: "object", start: 0, end: 0, members: [] },
    });
    let tries = 0;
    const outcome = await createFileEditor(
      file,
      load,
    )(async (now) => {
      tries++;
      await disturb(file, tries);
      return { edit: done("m"), text: `${now.text}added\n` };
    });
    return `${outcome.kind}: ${await readFile(file, "utf8")}`;
  }

  test("of a program that knows no lock are not overwritten: the edit is made anew on what it wrote", async () => {
    const text = await disturbed(async (file, tries) => {
      if (tries < 3) await appendFile(file, `foreign${tries}\n`);
    });
    expect(text).toBe("done: 1\nforeign1\nforeign2\nadded\n");
  });

  test("of a program that never stops writing end in a conflict, not in a loss", async () => {
    const text = await disturbed((file, tries) => appendFile(file, `foreign${tries}\n`));
    expect(text).toMatch(/^conflict: 1\nforeign1\n[^a]*$/);
  });

  test("are given up and made anew by one whom another took for dead", async () => {
    const text = await disturbed(async (file, tries) => {
      if (tries > 1) return;
      const lock = join(dirname(file), ".model_configs.json.lock");
      await writeFile(lock, `${hostname()} ${process.pid} another`);
      setTimeout(() => void rm(lock), 100);
    });
    expect(text).toBe("done: 1\nadded\n");
  });

  test("a lock left by a process that died is broken", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    const lock = join(world.folder, ".model_configs.json.lock");
    // No process has this number: it is above the largest Linux gives.
    await writeFile(lock, `${hostname()} 4194305 x`);
    expect(await world.catalog.remove({ setId: "s", modelId: "m" })).toEqual(done("m"));
    // Of another machine nobody knows who lives: there the age decides.
    await writeFile(lock, "elsewhere 1 x");
    await utimes(lock, new Date(Date.now() - 60_000), new Date(Date.now() - 60_000));
    expect(await world.catalog.remove({ setId: "s", modelId: "none" })).toMatchObject({ kind: "not_found" });
    expect(await readdir(world.folder)).toEqual(["ComfyUI", "model_configs.json", "sample.json"]);
  });

  test("a lock of a process that lives is waited for", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    const lock = join(world.folder, ".model_configs.json.lock");
    await writeFile(lock, `${hostname()} ${process.pid} x`);
    let ended = false;
    const edit = world.catalog.remove({ setId: "s", modelId: "m" }).finally(() => {
      ended = true;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(ended).toBe(false);
    await rename(lock, join(world.folder, "released"));
    expect(await edit).toEqual(done("m"));
  });
});
