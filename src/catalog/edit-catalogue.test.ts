import { stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import type { CatalogueEdit } from "../job/catalog-contract.ts";
import { done, entryOf, refused } from "./testing/edits.ts";
import { createWorld, entry, oneSet, type World } from "./testing/world.ts";

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
