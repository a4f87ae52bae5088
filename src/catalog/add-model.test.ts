import { describe, expect, test } from "vitest";
import type { CatalogueEdit } from "../job/catalog-contract.ts";
import { createModelCatalog } from "./model-catalog.ts";
import { done, entryOf, info, refused } from "./testing/edits.ts";
import { createWorld, entry, oneSet, type World } from "./testing/world.ts";

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
