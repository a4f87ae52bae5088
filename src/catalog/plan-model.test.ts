import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { createPlanner, draftOf, refusalOf, stepOf, URL_OF_FILE } from "./testing/planner.ts";
import { entry } from "./testing/world.ts";

const SHA = "ab".repeat(32);

describe("a model", () => {
  const content = {
    a: {
      models: {
        m: entry({ sha256: SHA, size: 5 }),
        only: entry({ path: "only.bin" }),
        same: entry({ path: "same.bin" }),
      },
    },
    b: {
      models: {
        m: entry({ path: "loras/m.bin" }),
        same: entry({ path: "same.bin" }),
        bad: entry({ path: "../x" }),
      },
    },
    "c/d": { models: { e: entry({ path: "e.bin" }) } },
  };

  test("of Hugging Face is fetched from the mirror, where one is set", async () => {
    const url = "https://huggingface.co/org/repo/resolve/main/vae/x.safetensors?download=true";
    const planner = await createPlanner(
      { a: { models: { m: entry({ url }), other: entry({ path: "o.bin" }) } } },
      { hub: "https://mirror.example.com/hub/" },
    );
    const { steps } = draftOf(await planner.ask({ source: "a/m" }));
    expect(steps).toMatchObject([
      { url: "https://mirror.example.com/hub/org/repo/resolve/main/vae/x.safetensors?download=true" },
    ]);
    const other = draftOf(await planner.ask({ source: "a/other" }));
    expect(other.steps).toMatchObject([{ url: "https://example.com/x.safetensors" }]);
  });

  test("becomes one transfer to its path, whose file an old system may have begun", async () => {
    const planner = await createPlanner(content);
    const folder = join(planner.modelsDir, "vae");
    expect(
      draftOf(
        await planner.ask({
          source: "a/m",
          headers: { A: "b" },
          mirrors: ["https://mirror.example.com/x"],
          priority: -3,
        }),
      ),
    ).toEqual({
      source: { kind: "model", setId: "a", modelId: "m" },
      place: { kind: "node", name: "this-node" },
      steps: [
        {
          kind: "transfer",
          url: "https://example.com/x.safetensors",
          mirrors: ["https://mirror.example.com/x"],
          folder,
          name: "x.safetensors",
          size: 5,
          checksum: { algorithm: "sha256", hex: SHA, origin: "model entry" },
          headers: { A: "b" },
          ifExists: "adopt",
        },
      ],
      name: "x.safetensors",
      destination: join(folder, "x.safetensors"),
      priority: -3,
      limitBytesPerSecond: null,
      after: null,
    });
  });

  test("is found by its id alone where one set has it, or all that have it mean the same file", async () => {
    const planner = await createPlanner(content);
    expect(draftOf(await planner.ask({ source: "only" })).source).toMatchObject({
      setId: "a",
      modelId: "only",
    });
    expect(draftOf(await planner.ask({ source: "same" })).source).toMatchObject({
      setId: "a",
      modelId: "same",
    });
    expect(draftOf(await planner.ask({ source: "c/d/e" })).source).toMatchObject({
      setId: "c/d",
      modelId: "e",
    });
  });

  test("of several sets is asked back for, with the choices", async () => {
    const planner = await createPlanner(content);
    const outcome = await planner.ask({ source: "m" });
    expect(outcome).toMatchObject({
      kind: "refused",
      field: "source",
      failure: { advice: "Say which: a/m, b/m." },
    });
  });

  test("takes a hash and a size from the request where its entry has none, and no others where it has", async () => {
    const planner = await createPlanner(content);
    const other = "cd".repeat(32);
    expect(stepOf(await planner.ask({ source: "only", sha256: other, size: 9 }))).toMatchObject({
      checksum: { hex: other, origin: "request" },
      size: 9,
    });
    expect(
      stepOf(await planner.ask({ source: "a/m", sha256: SHA.toUpperCase(), size: 5 })).checksum?.origin,
    ).toBe("model entry");
    expect(refusalOf(planner, await planner.ask({ source: "a/m", sha256: other }))).toContain(
      "sha256: checksum_mismatch: ",
    );
    expect(refusalOf(planner, await planner.ask({ source: "a/m", size: 6 }))).toContain(
      "size: size_mismatch: ",
    );
  });

  test("goes where its entry says and nowhere else", async () => {
    const planner = await createPlanner(content);
    expect(refusalOf(planner, await planner.ask({ source: "a/m", path: "x" }))).toBe(
      'path: path_refused: path must not be given for a model: its entry says "vae/x.safetensors"',
    );
  });

  test("whose entry is bad is refused with the reason", async () => {
    const planner = await createPlanner(content);
    for (const source of ["b/bad", "bad"])
      expect(refusalOf(planner, await planner.ask({ source }))).toContain(
        "b/bad of the model catalogue cannot be used: path must stay inside",
      );
  });

  test("of a broken catalogue is refused with the place of the fault; URLs go on", async () => {
    const planner = await createPlanner("{,}");
    expect(refusalOf(planner, await planner.ask({ source: "a/m" }))).toContain("line 1, column 2");
    expect((await planner.ask({ source: URL_OF_FILE })).kind).toBe("planned");
  });
});
