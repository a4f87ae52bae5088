import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { CatalogueError } from "../job/catalog-contract.ts";
import { createWorld, entry, oneSet, type World } from "./testing.ts";

const SHA = "AB".repeat(32);

/** The one entry of a catalogue with this entry: its destination inside the models folder, or why it is bad. */
async function judge(
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

describe("an entry", () => {
  test("is read with its path resolved, unknown fields left to the raw file", async () => {
    const world = await createWorld(
      oneSet({
        m: entry({ sha256: SHA, size: 12, description: "d", tags: ["t"] }),
        n: entry({ path: "n", sha256: "", size: 0 }),
      }),
    );
    const { models, bad, raw } = await world.catalog.read();
    expect(bad).toEqual([]);
    expect(models[0]).toEqual({
      setId: "s",
      modelId: "m",
      name: "N",
      url: "https://example.com/x.safetensors",
      path: "vae/x.safetensors",
      description: "d",
      destination: join(world.modelsDir, "vae", "x.safetensors"),
      sha256: SHA.toLowerCase(),
      size: 12,
    });
    expect(models[1]).toMatchObject({ sha256: null, size: null, description: "" });
    expect(raw).toEqual(await world.json());
  });

  test.each([
    ["text_encoders/t5.safetensors", "MODELS/text_encoders/t5.safetensors"],
    ["models/vae/x.safetensors", "MODELS/vae/x.safetensors"],
    ["x.safetensors", "MODELS/x.safetensors"],
    ["vae\\sub\\x.safetensors", "MODELS/vae/sub/x.safetensors"],
    ["vae/", "MODELS/vae/x.safetensors"],
    ["models/", "MODELS/x.safetensors"],
    ["new/deep/folder/", "MODELS/new/deep/folder/x.safetensors"],
    ["Modèle 大/é.bin", "MODELS/Modèle 大/é.bin"],
  ])("with the path %j goes to %s", async (path, destination) => {
    expect(await judge({ path })).toBe(destination);
  });

  test("whose path names a folder that is there takes the URL's file name", async () => {
    expect(await judge({ path: "vae" }, ({ modelsDir }) => mkdir(join(modelsDir, "vae")))).toBe(
      "MODELS/vae/x.safetensors",
    );
    expect(await judge({ path: "vae" })).toBe("MODELS/vae");
  });

  test("may give its path absolutely, inside the models folder", async () => {
    const world = await createWorld({});
    const path = join(world.modelsDir, "vae/x.bin");
    await writeFile(
      world.file,
      JSON.stringify(oneSet({ m: entry({ path }), all: entry({ path: world.modelsDir }) })),
    );
    const { models } = await world.catalog.read();
    expect(models.map(({ destination }) => destination)).toEqual([
      path,
      join(world.modelsDir, "x.safetensors"),
    ]);
  });

  test.each([
    ["../x", "path must stay inside the models folder (MODELS)"],
    ["vae/../../x", "path must stay inside the models folder (MODELS)"],
    ["models/../../x", "path must stay inside the models folder (MODELS)"],
    ["vae\\..\\..\\x", "path must stay inside the models folder (MODELS)"],
    ["/etc/passwd", "path must stay inside the models folder (MODELS)"],
    ["\\etc\\passwd", "path must stay inside the models folder (MODELS)"],
    ["/", "path must stay inside the models folder (MODELS)"],
    ["..", "path must stay inside the models folder (MODELS)"],
    ["../", "path must stay inside the models folder (MODELS)"],
    ["", "path must not be empty"],
    ["vae//x", "path must not hold empty or '.' parts"],
    ["./x", "path must not hold empty or '.' parts"],
    [".ssh/x", "path must not hold names that begin with a dot"],
    ["vae/.x", "path must not hold names that begin with a dot"],
    ["~/x", "path must not begin with '~'"],
    ["vae/x\u0000y", "path must not hold control characters"],
    ["vae/x\ny", "path must not hold control characters"],
    ["vae/\u202ex", "path must not hold control characters"],
    ["vae/x.part", "path must not end in '.part'"],
    ["x".repeat(300), "path must not hold names longer than 240 bytes"],
    ["x/".repeat(3_000), "path must be at most 4000 characters"],
    [7, "path must be a text"],
    [null, "path must be a text"],
    [["x"], "path must be a text"],
  ])("with the path %j is refused: %s", async (path, reason) => {
    expect(await judge({ path })).toContain(reason);
  });

  test("in a folder that looks like the models folder but is another is refused", async () => {
    const world = await createWorld({});
    await writeFile(world.file, JSON.stringify(oneSet({ m: entry({ path: `${world.modelsDir}-evil/x` }) })));
    expect((await world.catalog.read()).bad).toHaveLength(1);
  });

  test.each([
    [{ url: "ftp://example.com/x" }, "url must begin with http:// or https://"],
    [{ url: "file:///etc/passwd" }, "url must begin with http:// or https://"],
    [{ url: "javascript:alert(1)" }, "url must begin with http:// or https://"],
    [{ url: "example.com/x" }, "url is not a URL"],
    [{ url: "https:example.com/x" }, "url is not a URL"],
    [{ url: "https://user:s3cret@:x/" }, "url is not a URL"],
    [{ url: "https://example.com/a\nb" }, "url must not hold control characters"],
    [{ url: "" }, "url must not be empty"],
    [{ url: undefined }, "url must be a text"],
    [{ url: `https://example.com/${"x".repeat(9_000)}` }, "url must be at most 8192 characters"],
    [{ name: "" }, "name must not be empty"],
    [{ name: "  " }, "name must not be empty"],
    [{ name: 1 }, "name must be a text"],
    [{ name: "a\u0007" }, "name must not hold control characters"],
    [{ name: "x".repeat(201) }, "name must be at most 200 characters"],
    [{ description: {} }, "description must be a text"],
    [{ sha256: "abc" }, "sha256 must be 64 hexadecimal digits"],
    [{ sha256: 1 }, "sha256 must be 64 hexadecimal digits"],
    [{ size: "4.71MB" }, "size must be a whole number of bytes"],
    [{ size: 1.5 }, "size must be a whole number of bytes"],
    [{ size: -1 }, "size must be a whole number of bytes"],
    [
      { path: "vae/", url: "https://example.com/" },
      "path names a folder, and the URL does not tell a file name",
    ],
  ])("with %j is refused by the name of the field", async (more, reason) => {
    const told = await judge(more);
    expect(told).toContain(reason);
    expect(told).not.toContain("s3cret");
  });

  test("beside a bad one stays usable", async () => {
    const world = await createWorld(oneSet({ bad: 1, worse: null, good: entry() }));
    const { models, bad } = await world.catalog.read();
    expect(models.map(({ modelId }) => modelId)).toEqual(["good"]);
    expect(bad.map(({ modelId }) => modelId)).toEqual(["bad", "worse"]);
  });
});

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
    const { createModelCatalog } = await import("./model-catalog.ts");
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

describe("two entries with one path", () => {
  const two = async (
    second: Record<string, unknown>,
    first: Record<string, unknown> = {},
  ): Promise<string[]> => {
    const world = await createWorld(oneSet({ a: entry(first), b: entry(second) }));
    return (await world.catalog.read()).bad.map(({ modelId, reason }) => `${modelId}: ${reason}`);
  };

  test("may be, if they mean the same bytes", async () => {
    expect(await two({})).toEqual([]);
    expect(
      await two({ url: "https://mirror.example.com/y", sha256: SHA }, { sha256: SHA.toLowerCase() }),
    ).toEqual([]);
  });

  test("that mean different ones: the first is used, the second is named", async () => {
    const reason = 'b: path is the one of s/a, which has another url: "vae/x.safetensors"';
    expect(await two({ url: "https://example.com/other" })).toEqual([reason]);
    expect(await two({ url: "https://example.com/other", path: "models/vae/x.safetensors" })).toEqual([
      reason.replace("vae/", "models/vae/"),
    ]);
  });
});

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
    const { createModelCatalog } = await import("./model-catalog.ts");
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
    const started = performance.now();
    expect((await world.catalog.read()).models).toHaveLength(1_000);
    expect(performance.now() - started).toBeLessThan(500);
  });
});

test("find tells a good entry, a bad one and none apart", async () => {
  const world = await createWorld(oneSet({ good: entry(), bad: entry({ path: "../x" }) }));
  expect(await world.catalog.find("s", "good")).toHaveProperty("destination");
  expect(await world.catalog.find("s", "bad")).toHaveProperty("reason");
  expect(await world.catalog.find("s", "none")).toBeNull();
  expect(await world.catalog.find("none", "good")).toBeNull();
});
