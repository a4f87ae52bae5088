import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readWorkflow } from "./read-workflow.ts";
import type { Workflow } from "./workflow-model.ts";

const URL_OF = "https://example.org/";
const SHA256 = "a".repeat(64);

function read(json: unknown): Workflow {
  const reading = readWorkflow(json);
  if (reading.kind === "other") throw new Error(reading.reason);
  return reading;
}

/** `folder/name <url> hash` of every model. */
const models = (json: unknown): string[] =>
  read(json).models.map(
    ({ folder, name, url, checksum }) =>
      `${folder ?? "?"}/${name}${url === null ? "" : ` ${url}`}${checksum === null ? "" : ` ${checksum.algorithm}`}`,
  );

const loader = (type: string, ...values: unknown[]): object => ({ id: 1, type, widgets_values: values });
const page = (...nodes: object[]): object => ({ nodes, links: [], version: 0.4 });

describe("models that a workflow declares", () => {
  const declared = { name: "a.safetensors", url: `${URL_OF}a`, directory: "vae" };

  test.each<[string, object]>([
    ["at a node", page({ id: 1, type: "VAELoader", properties: { models: [declared] } })],
    ["for the whole", { ...page(), models: [declared] }],
    [
      "inside a subgraph",
      {
        ...page({ id: 1, type: "0a1b" }),
        definitions: {
          subgraphs: [
            { name: "Upscale", nodes: [{ id: 2, type: "VAELoader", properties: { models: [declared] } }] },
          ],
        },
      },
    ],
    [
      "inside a group node",
      {
        ...page(),
        extra: {
          groupNodes: { Loaders: { nodes: [{ type: "VAELoader", properties: { models: [declared] } }] } },
        },
      },
    ],
    ["in a picture's notes", { workflow: page({ id: 1, type: "X", properties: { models: [declared] } }) }],
  ])("are found %s", (_, json) => {
    expect(models(json)).toEqual(["vae/a.safetensors https://example.org/a"]);
  });

  test("have the hash that is told, by its kind", () => {
    const at = (hash: unknown, type?: unknown): object =>
      page({ properties: { models: [{ ...declared, hash, hash_type: type }] } });
    expect(read(at(SHA256.toUpperCase(), "SHA256")).models[0]?.checksum).toEqual({
      algorithm: "sha256",
      hex: SHA256,
      origin: "the workflow",
    });
    expect(models(at(SHA256))).toEqual(["vae/a.safetensors https://example.org/a sha256"]);
    expect(models(at("b".repeat(64), "blake3"))).toEqual(["vae/a.safetensors https://example.org/a blake3"]);
    expect(models(at("c".repeat(32), "MD5"))).toEqual(["vae/a.safetensors https://example.org/a md5"]);
    for (const wrong of [at("xyz"), at(SHA256, "CRC32"), at(12), at(SHA256, 7)]) {
      expect(models(wrong)).toEqual(["vae/a.safetensors https://example.org/a"]);
      expect(read(wrong).skipped[0]?.reason).toMatch(/^hash.*expected .*; it is fetched without it$/);
    }
  });

  test("belong to the folder of the loader they are declared at, where they name none", () => {
    const { directory: _, ...bare } = declared;
    const node = { ...loader("LoraLoader", "a.safetensors", 1, 1), properties: { models: [bare] } };
    expect(models(page(node))).toEqual(["loras/a.safetensors https://example.org/a"]);
    expect(models(page({ type: "Unheard", properties: { models: [bare] } }))).toEqual([
      "?/a.safetensors https://example.org/a",
    ]);
  });

  test("are left out one by one where they make no sense, and it is said where and why", () => {
    const wrong = [7, { url: URL_OF }, { name: "", url: URL_OF }, { name: "b.pt" }, { name: "b.pt", url: 3 }];
    const { models, skipped } = read(
      page({ id: 5, type: "VAELoader", properties: { models: [...wrong, declared] } }),
    );
    expect(models).toHaveLength(1);
    expect(skipped).toEqual([
      { what: "5 (VAELoader)", reason: "expected a model, got the number 7" },
      { what: "5 (VAELoader)", reason: "name: expected a file name, got nothing" },
      { what: "5 (VAELoader)", reason: "name: expected a file name, got an empty text" },
      { what: "5 (VAELoader): b.pt", reason: "url: expected an address, got nothing" },
      { what: "5 (VAELoader): b.pt", reason: "url: expected an address, got the number 3" },
    ]);
  });
});

describe("models that loaders name", () => {
  test.each<[string, unknown[], string[]]>([
    ["CheckpointLoaderSimple", ["x.safetensors"], ["checkpoints/x.safetensors"]],
    ["CheckpointLoader", ["v1.yaml", "x.ckpt"], ["checkpoints/x.ckpt"]],
    ["UNETLoader", ["flux\\x.safetensors", "default"], ["diffusion_models/flux/x.safetensors"]],
    [
      "DualCLIPLoader",
      ["l.pt", "t5.safetensors", "flux"],
      ["text_encoders/l.pt", "text_encoders/t5.safetensors"],
    ],
    ["VAELoader", ["taesd"], []],
    ["UpscaleModelLoader", ["4x.pth"], ["upscale_models/4x.pth"]],
    ["SomebodysLoader", [3, "q4.gguf", null, { on: true }], ["?/q4.gguf"]],
    ["CLIPTextEncode", ["a photo of a checkpoint"], []],
  ])("%s %j", (type, values, expected) => {
    expect(models(page(loader(type, ...values)))).toEqual(expected);
  });

  test("are found in the API's format, by the names of the inputs", () => {
    const prompt = {
      "4": { class_type: "CheckpointLoaderSimple", inputs: { ckpt_name: "x.safetensors" } },
      "5": { class_type: "KSampler", inputs: { model: ["4", 0], seed: 7 } },
      "9": { class_type: "Other", inputs: { file: "y.onnx" } },
    };
    expect(models(prompt)).toEqual(["checkpoints/x.safetensors", "?/y.onnx"]);
    expect(models({ prompt })).toEqual(["checkpoints/x.safetensors", "?/y.onnx"]);
  });

  test("are not needed where the node is switched off", () => {
    const off = (mode: number): object => ({ ...loader("VAELoader", "x.pt"), mode });
    expect(models(page(off(2), off(4)))).toEqual([]);
    expect(models(page(off(0)))).toEqual(["vae/x.pt"]);
  });

  test("are one with what is declared: its address, the loader's folder", () => {
    const bare = { name: "ae.safetensors", url: `${URL_OF}ae` };
    const json = {
      ...page(loader("VAELoader", "flux/ae.safetensors"), loader("VAELoader", "flux/ae.safetensors")),
      models: [bare],
    };
    expect(models(json)).toEqual(["vae/flux/ae.safetensors https://example.org/ae"]);
  });

  test("of one name in two folders are two", () => {
    const json = page(loader("VAELoader", "x.safetensors"), loader("LoraLoader", "x.safetensors"));
    expect(models(json)).toEqual(["vae/x.safetensors", "loras/x.safetensors"]);
  });
});

test.each([
  [null, "it is null, not an object"],
  [[], "it is a list, not an object"],
  [{}, "it has neither nodes nor the steps of a prompt"],
  [{ a: { class_type: 3 } }, "it has neither nodes nor the steps of a prompt"],
  [{ models: [] }, "it has neither nodes nor the steps of a prompt"],
])("%j is no workflow", (json, reason) => {
  expect(readWorkflow(json)).toEqual({ kind: "other", reason });
});

test("whatever is in it, it is read without a fault", () => {
  const anything = fc.jsonValue() as fc.Arbitrary<unknown>;
  const node = fc.record({
    id: anything,
    type: fc.oneof(anything, fc.constantFrom("VAELoader", "DualCLIPLoader")),
    mode: anything,
    widgets_values: anything,
    inputs: anything,
    properties: fc.oneof(anything, fc.record({ models: fc.oneof(anything, fc.array(anything)) })),
  });
  const json = fc.record({
    nodes: fc.oneof(anything, fc.array(fc.oneof(node, anything))),
    models: anything,
    definitions: fc.oneof(anything, fc.record({ subgraphs: fc.array(fc.record({ nodes: fc.array(node) })) })),
    extra: fc.oneof(anything, fc.record({ groupNodes: anything })),
  });
  fc.assert(
    fc.property(json, (json) => {
      const reading = readWorkflow(json);
      if (reading.kind === "workflow") for (const { name } of reading.models) expect(name).not.toBe("");
    }),
  );
});
