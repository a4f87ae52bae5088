import { writeFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { CatalogueError } from "../job/catalog-contract.ts";
import { createModelCatalog } from "./model-catalog.ts";
import { createWorld, entry, oneSet } from "./testing/world.ts";

describe("the file", () => {
  test("that is broken says so by line and column", async () => {
    const world = await createWorld('{\n  "s": {\n    "name": "S",\n  }\n}\n');
    const error = await world.catalog.read().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CatalogueError);
    expect(error).toMatchObject({ file: world.file, line: 4, column: 3 });
    expect(String(error)).toContain(`${world.file}, line 4, column 3: "}" stands where a key`);
    await expect(world.catalog.find("s", "m")).rejects.toBeInstanceOf(CatalogueError);
  });

  test.each([
    ["", "the file is empty"],
    ["[]", "a catalogue is an object of sets"],
    ["null", "a catalogue is an object of sets"],
  ])("%j is no catalogue", async (text, problem) => {
    const world = await createWorld(text);
    await expect(world.catalog.read()).rejects.toThrow(problem);
  });

  test("that is not text, or a folder, is no catalogue either", async () => {
    const world = await createWorld("{}");
    await writeFile(world.file, Buffer.from([0x7b, 0xff, 0x7d]));
    await expect(world.catalog.read()).rejects.toThrow("is not UTF-8 text");
    await expect(createModelCatalog({ ...world, file: world.modelsDir }).read()).rejects.toThrow(
      "cannot be read (EISDIR)",
    );
  });

  test("with a byte order mark is read", async () => {
    const world = await createWorld(`\uFEFF${JSON.stringify(oneSet({ m: entry() }))}`);
    expect((await world.catalog.read()).models).toHaveLength(1);
  });

  test("that is not there is stood in for by the sample", async () => {
    const world = await createWorld(null, oneSet({ m: entry() }));
    expect((await world.catalog.read()).models).toHaveLength(1);
  });

  test("counts as others have changed it, at once", async () => {
    const world = await createWorld(oneSet({ m: entry({ name: "One" }) }));
    expect((await world.catalog.read()).models[0]?.name).toBe("One");
    // The same size, within the same tick of the clock.
    await writeFile(world.file, (await world.text()).replace("One", "Two"));
    expect((await world.catalog.read()).models[0]?.name).toBe("Two");
  });

  test("names sets that are none, and leaves remarks alone", async () => {
    const world = await createWorld({
      _comment: "hello",
      $schema: "x",
      a: 1,
      b: { name: "B" },
      c: { models: [] },
      d: { models: {} },
    });
    const { models, bad } = await world.catalog.read();
    expect(models).toEqual([]);
    expect(bad).toEqual([
      { setId: "a", modelId: null, reason: "a set must be an object with name and models" },
      { setId: "b", modelId: null, reason: "models must be an object of entries" },
      { setId: "c", modelId: null, reason: "models must be an object of entries" },
    ]);
  });

  test("with an id twice is used by the last, and says so", async () => {
    const one = JSON.stringify(entry({ name: "One" }));
    const two = JSON.stringify(entry({ name: "Two" }));
    const world = await createWorld(`{"s":{"models":{"m":${one},"m":${two}}}}`);
    expect(await world.catalog.find("s", "m")).toMatchObject({ name: "Two" });
    expect((await world.catalog.read()).bad).toEqual([
      { setId: "s", modelId: "m", reason: "this id occurs twice in the file; the last one counts" },
    ]);
  });

  test("of ids that are names in JavaScript is read like any other", async () => {
    const odd = `{"__proto__":{"models":{"constructor":${JSON.stringify(entry())},"__proto__":1}}}`;
    const world = await createWorld(odd);
    expect(await world.catalog.find("__proto__", "constructor")).toMatchObject({ name: "N" });
    expect(await world.catalog.find("__proto__", "toString")).toBeNull();
    expect(await world.catalog.find("constructor", "name")).toBeNull();
    expect(JSON.stringify((await world.catalog.read()).raw)).toBe(odd);
    expect(({} as Record<string, unknown>)["models"]).toBeUndefined();
  });

  test("of a thousand entries is read in a blink", async () => {
    const models = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [
        `m${index}`,
        entry({ path: `folder${index % 20}/x${index}.bin` }),
      ]),
    );
    const world = await createWorld(oneSet(models));
    await world.catalog.read();
    await expectQuick(1_000, async () => expect((await world.catalog.read()).models).toHaveLength(1_000));
  });
});

test("find tells a good entry, a bad one and none apart", async () => {
  const world = await createWorld(oneSet({ good: entry(), bad: entry({ path: "../x" }) }));
  expect(await world.catalog.find("s", "good")).toHaveProperty("destination");
  expect(await world.catalog.find("s", "bad")).toHaveProperty("reason");
  expect(await world.catalog.find("s", "none")).toBeNull();
  expect(await world.catalog.find("none", "good")).toBeNull();
});
