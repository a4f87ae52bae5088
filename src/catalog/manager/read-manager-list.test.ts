import fc from "fast-check";
import { expect, test } from "vitest";
import { readManagerList } from "./read-manager-list.ts";

const entry = (more: object): object => ({
  name: "A model",
  type: "checkpoint",
  base: "SDXL",
  save_path: "default",
  description: "",
  reference: "https://example.org",
  filename: "a.safetensors",
  url: "https://example.org/a.safetensors",
  size: "4.71MB",
  ...more,
});

function listOf(...models: unknown[]): Extract<ReturnType<typeof readManagerList>, { kind: "list" }>["list"] {
  const reading = readManagerList({ models });
  if (reading.kind === "other") throw new Error(reading.reason);
  return reading.list;
}

test.each([
  [{ type: "checkpoint" }, "checkpoints"],
  [{ type: "clip" }, "text_encoders"],
  [{ type: "lora" }, "loras"],
  [{ type: "unet" }, "diffusion_models"],
  [{ type: "diffusion_model" }, "diffusion_models"],
  [{ type: "upscale" }, "upscale_models"],
  [{ type: "embedding" }, "embeddings"],
  [{ type: "T2I-Adapter" }, "controlnet"],
  [{ type: "TAESD" }, "vae_approx"],
  [{ type: "something new" }, "etc"],
  [{ type: 7, save_path: 7 }, "etc"],
  [{ save_path: "checkpoints/SDXL" }, "checkpoints/SDXL"],
  [{ save_path: "loras\\sd15\\" }, "loras/sd15"],
  [{ save_path: "../../.ssh" }, "etc"],
  [{ save_path: "/etc" }, "etc"],
])("%j goes to %s", (more, folder) => {
  expect(listOf(entry(more)).models[0]?.folder).toBe(folder);
});

test("a whole repo has no file name", () => {
  const repo = { filename: "<huggingface>", url: "https://huggingface.co/org/repo" };
  expect(listOf(entry(repo)).models).toEqual([
    { name: "A model", folder: "checkpoints", filename: null, url: "https://huggingface.co/org/repo" },
  ]);
});

test("what is wrong with an entry is said by its name, and the rest is of use", () => {
  const { models, bad } = listOf(
    3,
    entry({ filename: undefined }),
    entry({ name: "B", url: "" }),
    entry({ name: 5 }),
    entry({ name: "Good" }),
  );
  expect(models.map(({ name }) => name)).toEqual(["Good"]);
  expect(bad).toEqual([
    { what: "models[0]", reason: "expected an object, got the number 3" },
    { what: "A model", reason: "filename: expected a text, got nothing" },
    { what: "B", reason: "url: expected a text, got an empty text" },
    { what: "models[3]", reason: "name: expected a text, got the number 5" },
  ]);
});

test("anything else is no such list", () => {
  for (const json of [null, [], {}, { models: {} }, "models"])
    expect(readManagerList(json)).toEqual({ kind: "other", reason: "it has no list of models" });
});

test("whatever is in it, no folder leads out of the models folder", () => {
  const anything = fc.oneof(fc.jsonValue(), fc.constantFrom("..", "/x", "a/../..", "\\..\\x"));
  const model = fc.record({
    name: anything,
    filename: anything,
    url: anything,
    type: anything,
    save_path: anything,
  });
  fc.assert(
    fc.property(fc.array(fc.oneof(model, anything)), (models) => {
      for (const { folder } of listOf(...models).models) {
        expect(folder).not.toMatch(/^\/|(?:^|\/)\.\.(?:\/|$)/);
      }
    }),
  );
});
