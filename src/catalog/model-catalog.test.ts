import { spawn } from "node:child_process";
import { chmod, mkdir, readdir, readlink, rename, stat, symlink, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CatalogueError, type CatalogueEdit, type ModelCatalogue } from "../job/catalog-contract.ts";
import { createModelCatalog } from "./model-catalog.ts";
import { createWorld, entry, oneSet, type World } from "./testing.ts";

const info = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  url: "https://example.com/new.bin",
  path: "loras/new.bin",
  ...more,
});

const done = (modelId: string): CatalogueEdit => ({ kind: "done", modelId });

function entryOf(
  { raw }: ModelCatalogue,
  setId: string,
  modelId: string,
): Record<string, unknown> | undefined {
  const set = raw[setId] as { models: Record<string, Record<string, unknown>> } | undefined;
  return set?.models[modelId];
}

/** An edit that must be refused and must leave the folder exactly as it was. */
async function refused(world: World, edit: Promise<CatalogueEdit>): Promise<CatalogueEdit> {
  const before = await world.text().catch(() => null);
  const outcome = await edit;
  expect(outcome.kind).not.toBe("done");
  expect(await world.text().catch(() => null)).toBe(before);
  expect((await readdir(world.folder)).filter((name) => name.startsWith("."))).toEqual([]);
  return outcome;
}

describe("adding a model", () => {
  const add = (world: World, modelName: string, more: Record<string, unknown> = {}): Promise<CatalogueEdit> =>
    world.catalog.add({ setId: "s", modelName, info: info(more), newSetName: null });

  test.each([
    ["Flux 1-Dev (fp8)", "flux_1_dev_fp8"],
    ["a.b,c/d", "abcd"],
    ["  X  ", "__x__"],
    ["Modèle 大", "modèle_大"],
    ["!!!", "model"],
    ["__proto__", "__proto___1"],
    ["Constructor", "constructor_1"],
  ])("called %j makes the id %j", async (name, id) => {
    const world = await createWorld(oneSet({}));
    expect(await add(world, name)).toEqual(done(id));
    expect(await world.catalog.find("s", id)).toMatchObject({ name, path: "loras/new.bin" });
  });

  test("whose id is taken gets a number", async () => {
    const world = await createWorld(oneSet({ x: entry(), x_1: entry() }));
    expect(await add(world, "X")).toEqual(done("x_2"));
    expect(await add(world, "X")).toEqual(done("x_3"));
  });

  test("keeps all its fields, and the name the person gave", async () => {
    const world = await createWorld(oneSet({}));
    await add(world, "X", { name: "Shown", tags: ["a"], sha256: "", size: null, nested: { a: 1 } });
    expect(entryOf(await world.catalog.read(), "s", "x")).toEqual({
      name: "Shown",
      ...info(),
      tags: ["a"],
      nested: { a: 1 },
    });
  });

  test("changes nothing else in the file, not a letter", async () => {
    const text =
      '{\r\n\t"s": {"name":"S", "x": 1.50,\r\n\t\t"models": {\r\n\t\t\t"2": {"name": "\\u0041"}\r\n\t\t}\r\n\t}\r\n}';
    const world = await createWorld(`\uFEFF${text}`);
    await add(world, "1");
    const changed = await world.text();
    const added =
      '"1": {\r\n\t\t\t\t"name": "1",\r\n\t\t\t\t"url": "https://example.com/new.bin",\r\n\t\t\t\t"path": "loras/new.bin"\r\n\t\t\t}';
    expect(changed).toBe(`\uFEFF${text.replace('"\\u0041"}', `"\\u0041"},\r\n\t\t\t${added}`)}`);
  });

  test("to a new set makes the set", async () => {
    const world = await createWorld({});
    expect(await world.catalog.add({ setId: "n", modelName: "X", info: info(), newSetName: "New" })).toEqual(
      done("x"),
    );
    expect(await world.json()).toEqual({ n: { name: "New", models: { x: { name: "X", ...info() } } } });
  });

  test("to a new set that is there already is a conflict", async () => {
    const world = await createWorld(oneSet({}));
    const edit = world.catalog.add({ setId: "s", modelName: "X", info: info(), newSetName: "New" });
    expect(await refused(world, edit)).toEqual({ kind: "conflict", message: 'The set "s" exists already.' });
  });

  test("to a set that is not there is not found, to a damaged one a conflict", async () => {
    const world = await createWorld({ a: 1, b: { models: [] }, c: {} });
    const to = (setId: string): Promise<CatalogueEdit> =>
      world.catalog.add({ setId, modelName: "X", info: info(), newSetName: null });
    expect((await refused(world, to("s"))).kind).toBe("not_found");
    expect((await refused(world, to("toString"))).kind).toBe("not_found");
    expect((await refused(world, to("a"))).kind).toBe("conflict");
    expect((await refused(world, to("b"))).kind).toBe("conflict");
    expect((await to("c")).kind).toBe("done");
  });

  test.each([
    ["path", { path: "../../etc/cron.d/x" }],
    ["path", { path: "/etc/passwd" }],
    ["path", { path: "a\\..\\..\\x" }],
    ["path", { path: ".hidden" }],
    ["path", { path: "a\u0000b" }],
    ["path", { path: undefined }],
    ["url", { url: "ftp://example.com/x" }],
    ["url", { url: 1 }],
    ["sha256", { sha256: "xyz" }],
    ["size", { size: "4MB" }],
    ["name", { name: 5 }],
  ])("with a wrong %s is refused, and nothing is written: %j", async (field, more) => {
    const world = await createWorld(oneSet({ m: entry() }));
    const edit = add(world, "X", more);
    expect(await refused(world, edit)).toMatchObject({
      kind: "invalid",
      message: expect.stringContaining(field) as string,
    });
  });

  test("with a field that would be a trap for programs in JavaScript is refused", async () => {
    const world = await createWorld(oneSet({}));
    const trap = JSON.parse(JSON.stringify(info()).replace("{", '{"__proto__":{},')) as Record<
      string,
      unknown
    >;
    const edit = world.catalog.add({ setId: "s", modelName: "X", info: trap, newSetName: null });
    expect(await refused(world, edit)).toMatchObject({
      kind: "invalid",
      message: "model_info must not hold a field '__proto__'",
    });
  });

  test.each(["", " ", "a\u0000b", "a/b", "__proto__", "constructor", "x".repeat(201)])(
    "to a new set with the id %j is refused",
    async (setId) => {
      const world = await createWorld({});
      const outcome = await refused(
        world,
        world.catalog.add({ setId, modelName: "X", info: info(), newSetName: "N" }),
      );
      expect(outcome).toMatchObject({
        kind: "invalid",
        message: expect.stringContaining("model_set") as string,
      });
    },
  );

  test("on the path of another one with other bytes is a conflict that names it, in either order", async () => {
    const world = await createWorld({ ...oneSet({}), z: { models: { old: entry() } } });
    const outcome = await refused(world, add(world, "X", { path: "models/vae/x.safetensors" }));
    expect(outcome.kind).toBe("conflict");
    expect("message" in outcome && outcome.message).toContain("z/old could not be used any more");
    const edit = world.catalog.add({
      setId: "z",
      modelName: "X",
      info: info({ path: "vae/x.safetensors" }),
      newSetName: null,
    });
    expect(await refused(world, edit)).toMatchObject({
      kind: "conflict",
      message: expect.stringContaining("z/old") as string,
    });
  });

  test("is possible beside bad entries, which stay as they are", async () => {
    const world = await createWorld(oneSet({ bad: { path: "../x" } }));
    expect(await add(world, "X")).toEqual(done("x"));
    expect((await world.catalog.read()).bad).toHaveLength(1);
  });

  test("for the first time makes the file out of the sample, which stays as it is", async () => {
    const sample = oneSet({ m: entry({ extra: true }) });
    const world = await createWorld(null, sample);
    await add(world, "X");
    expect(await world.json()).toMatchObject({ s: { models: { m: { extra: true }, x: { name: "X" } } } });
    expect((await createModelCatalog({ ...world, file: world.sampleFile }).read()).raw).toEqual(sample);
  });
});

describe("editing a model", () => {
  const edit = (
    world: World,
    more: Record<string, unknown>,
    setId = "s",
    modelId = "m",
  ): Promise<CatalogueEdit> => world.catalog.edit({ setId, modelId, info: more });
  const stored = async (world: World): Promise<Record<string, unknown> | undefined> =>
    entryOf(await world.catalog.read(), "s", "m");

  test("keeps the fields the request does not mention, and their order", async () => {
    const world = await createWorld(
      oneSet({ m: { tags: ["t"], ...entry({ sha256: "a".repeat(64) }), licence: "MIT" } }),
    );
    expect(
      await edit(world, {
        name: "New",
        url: "https://example.com/x.safetensors",
        path: "vae/x.safetensors",
        description: "d",
      }),
    ).toEqual(done("m"));
    expect(JSON.stringify(await stored(world))).toBe(
      JSON.stringify({
        tags: ["t"],
        ...entry({ name: "New", sha256: "a".repeat(64) }),
        licence: "MIT",
        description: "d",
      }),
    );
  });

  test("to what it is already does not touch the file", async () => {
    const world = await createWorld(oneSet({ m: entry({ tags: [1, { a: 2 }] }) }));
    const { ino, mtimeNs } = await stat(world.file, { bigint: true });
    expect(await edit(world, entry({ tags: [1, { a: 2 }] }))).toEqual(done("m"));
    expect(await stat(world.file, { bigint: true })).toMatchObject({ ino, mtimeNs });
  });

  test("with the URL as it is shown, without its secrets, keeps the secrets", async () => {
    const url = "https://me:pw@example.com/x.safetensors?token=s3cret";
    const world = await createWorld(oneSet({ m: entry({ url, sha256: "a".repeat(64) }) }));
    await edit(world, { url: "https://***@example.com/x.safetensors?token=***", name: "New" });
    expect(await stored(world)).toMatchObject({ url, name: "New", sha256: "a".repeat(64) });
  });

  test("to another URL forgets the hash and the size of the old file, unless the request gives new ones", async () => {
    const known = { sha256: "a".repeat(64), size: 5 };
    const world = await createWorld(oneSet({ m: entry(known) }));
    await edit(world, { url: "https://example.com/other" });
    expect(await stored(world)).toEqual(entry({ url: "https://example.com/other" }));
    await edit(world, { url: "https://example.com/third", ...known });
    expect(await stored(world)).toEqual(entry({ url: "https://example.com/third", ...known }));
  });

  test("with an empty hash takes the hash out", async () => {
    const world = await createWorld(oneSet({ m: entry({ sha256: "a".repeat(64), size: 5 }) }));
    await edit(world, { sha256: "", size: null });
    expect(await stored(world)).toEqual(entry());
  });

  test("mends an entry that was none", async () => {
    const world = await createWorld(oneSet({ m: 5 }));
    expect(await edit(world, entry())).toEqual(done("m"));
    expect(await stored(world)).toEqual(entry());
  });

  test("that lives in another set moves it, text and all", async () => {
    const world = await createWorld(
      '{\n  "o": {"models": {"m": {"name": "N", "n": 1.0, "url": "https://example.com/x", "path": "x"}}},\n  "s": {"name": "S"}\n}\n',
    );
    expect(await edit(world, { name: "M" })).toEqual(done("m"));
    expect(await world.text()).toBe(
      '{\n  "o": {"models": {}},\n  "s": {"name": "S", "models": {"m": {"name": "M", "n": 1.0, "url": "https://example.com/x", "path": "x"}}}\n}\n',
    );
  });

  test("that lives in several other sets is a conflict that names them", async () => {
    const world = await createWorld({
      a: { models: { m: entry() } },
      b: { models: { m: entry() } },
      s: { models: {} },
    });
    expect(await refused(world, edit(world, {}))).toEqual({
      kind: "conflict",
      message: 'Several sets have a model "m": "a", "b".',
    });
  });

  test("of its own set leaves one of the same id in another set alone", async () => {
    const world = await createWorld({ a: { models: { m: entry() } }, s: { models: { m: entry() } } });
    await edit(world, { name: "New" });
    const catalogue = await world.catalog.read();
    expect(entryOf(catalogue, "a", "m")).toEqual(entry());
    expect(entryOf(catalogue, "s", "m")).toEqual(entry({ name: "New" }));
  });

  test("that is not there, or in a set that is not, is not found", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    expect(await refused(world, edit(world, {}, "s", "none"))).toMatchObject({ kind: "not_found" });
    expect(await refused(world, edit(world, {}, "none", "m"))).toMatchObject({ kind: "not_found" });
    expect(await refused(world, edit(world, {}, "s", "toString"))).toMatchObject({ kind: "not_found" });
    expect(await refused(world, edit(world, {}, "__proto__", "m"))).toMatchObject({ kind: "not_found" });
  });

  test("to something wrong is refused, and nothing is written", async () => {
    const world = await createWorld(oneSet({ m: entry(), other: entry({ path: "other.bin" }) }));
    expect(await refused(world, edit(world, { path: "../x" }))).toMatchObject({
      kind: "invalid",
      message: expect.stringContaining("path must stay inside the models folder") as string,
    });
    expect(await refused(world, edit(world, { url: "gopher://x" }))).toMatchObject({ kind: "invalid" });
    expect(
      await refused(world, edit(world, { path: "other.bin", url: "https://example.com/else" })),
    ).toMatchObject({ kind: "conflict" });
  });
});

describe("deleting a model", () => {
  test("takes it out and nothing else, be it good or bad", async () => {
    const world = await createWorld(oneSet({ a: entry(), b: 5, c: entry({ tags: [] }) }));
    expect(await world.catalog.remove({ setId: "s", modelId: "b" })).toEqual(done("b"));
    expect(await world.catalog.remove({ setId: "s", modelId: "a" })).toEqual(done("a"));
    expect(await world.json()).toEqual(oneSet({ c: entry({ tags: [] }) }));
  });

  test("that is not there is not found", async () => {
    const world = await createWorld({ ...oneSet({}), a: 1 });
    for (const [setId, modelId] of [
      ["s", "m"],
      ["none", "m"],
      ["a", "m"],
      ["s", "__proto__"],
    ] as const)
      expect(await refused(world, world.catalog.remove({ setId, modelId }))).toMatchObject({
        kind: "not_found",
      });
  });
});

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
    const { chown } = await import("node:fs/promises");
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

  test("in several processes all count", { timeout: 60_000 }, async () => {
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

  test("of a program that knows no lock are not overwritten", async () => {
    const world = await createWorld(oneSet({ m: entry() }));
    // Somebody saves the file in an editor while the edit is under way, again and again.
    let saving = true;
    const saver = (async () => {
      for (let number = 0; saving && number < 5; number++) {
        const text = JSON.parse(await world.text()) as Record<string, unknown>;
        await writeFile(`${world.file}.new`, JSON.stringify({ ...text, [`saved${number}`]: { models: {} } }));
        await rename(`${world.file}.new`, world.file);
        await new Promise((resolve) => setTimeout(resolve, 3));
      }
    })();
    const outcome = await world.catalog.add({ setId: "s", modelName: "X", info: info(), newSetName: null });
    saving = false;
    await saver;
    expect(outcome).toEqual(done("x"));
    expect(JSON.stringify(await world.json())).toContain("saved0");
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
