import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createWorld, entry, judge, oneSet } from "./testing/world.ts";

const SHA = "AB".repeat(32);

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
