import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import type { Planner } from "../testing/planner.ts";
import { createPlanner, refusalOf } from "../testing/planner.ts";
import { picture, plainText } from "./testing/pictures.ts";

const SHA256 = "a".repeat(64);

const loader = (type: string, name: string, models: object[] = []): object => ({
  id: 1,
  type,
  widgets_values: [name],
  properties: { models },
});
const at = (name: string, directory: string, more: object = {}): object => ({
  name,
  url: `https://example.org/${name}`,
  directory,
  ...more,
});
const page = (...nodes: object[]): string => JSON.stringify({ nodes, links: [] });

function manyOf(outcome: PlanOutcome): Extract<PlanOutcome, { kind: "many" }> {
  if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
  return outcome;
}

const paths = ({ modelsDir }: Planner, outcome: PlanOutcome): (string | undefined)[] =>
  manyOf(outcome).drafts.map(({ destination }) => destination?.replace(`${modelsDir}/`, ""));

async function put({ modelsDir }: Planner, path: string): Promise<void> {
  await mkdir(dirname(join(modelsDir, path)), { recursive: true });
  await writeFile(join(modelsDir, path), "here");
}

describe("a workflow", () => {
  test("is a job for each model it declares, in the folder ComfyUI looks in, with the hash it names", async () => {
    const planner = await createPlanner();
    const source = page(
      loader("VAELoader", "ae.safetensors", [
        at("ae.safetensors", "vae", { hash: SHA256, hash_type: "SHA256" }),
      ]),
      loader("LoraLoader", "l.safetensors", [
        at("l.safetensors", "loras", { hash: "b".repeat(64), hash_type: "BLAKE3" }),
      ]),
    );
    const outcome = await planner.ask({ source });
    expect(paths(planner, outcome)).toEqual(["vae/ae.safetensors", "loras/l.safetensors"]);
    const many = manyOf(outcome);
    expect(many).toMatchObject({ title: "A workflow of 2 models", skipped: [], notes: [] });
    expect(many.drafts.map(({ steps: [step] }) => step)).toMatchObject([
      { url: "https://example.org/ae.safetensors", checksum: { algorithm: "sha256", hex: SHA256 } },
      { url: "https://example.org/l.safetensors", checksum: { algorithm: "blake3", origin: "the workflow" } },
    ]);
  });

  test("is read from a picture that was made with it, also with numbers that are none", async () => {
    const planner = await createPlanner();
    const text = page(loader("VAELoader", "ae.pt", [at("ae.pt", "vae")])).replace(
      '"links":[]',
      '"links":[],"is_changed":[NaN, -Infinity]',
    );
    const png = picture(plainText("workflow", text)).toString("base64");
    const outcome = await planner.ask({ source: `data:image/png;base64,${png}` });
    expect(paths(planner, outcome)).toEqual(["vae/ae.pt"]);
    const json = Buffer.from(text).toString("base64");
    const plain = await planner.ask({ source: `data:application/json;charset=utf-8;base64,${json}` });
    expect(paths(planner, plain)).toEqual(["vae/ae.pt"]);
  });

  test("takes what it only names from the model catalogue, and passes over what is here", async () => {
    const planner = await createPlanner({
      flux: {
        name: "FLUX",
        models: {
          ae: { name: "ae", url: "https://example.org/ae", path: "vae/ae.safetensors", description: "" },
        },
      },
    });
    await put(planner, "loras/here.safetensors");
    await put(planner, "custom/q4.gguf");
    const outcome = await planner.ask({
      source: page(
        loader("VAELoader", "ae.safetensors"),
        loader("LoraLoader", "here.safetensors"),
        loader("SomebodysLoader", "q4.gguf"),
        loader("LoraLoader", "gone.safetensors"),
      ),
    });
    expect(paths(planner, outcome)).toEqual(["vae/ae.safetensors"]);
    expect(manyOf(outcome)).toMatchObject({
      drafts: [{ source: { kind: "model", setId: "flux", modelId: "ae" } }],
      notes: ["2 models the workflow names are here already."],
      skipped: [
        {
          what: "loras/gone.safetensors for 1 (LoraLoader)",
          reason: "the workflow does not say where it is to be had, and the model catalogue does not know it",
        },
      ],
    });
  });

  test("puts its models below another folder if it is told to", async () => {
    const planner = await createPlanner();
    const source = page(loader("VAELoader", "ae.pt", [at("ae.pt", "vae")]));
    const [draft] = manyOf(await planner.ask({ source, path: "flux/" })).drafts;
    expect(draft?.destination).toBe(join(planner.downloadsDir, "files/flux/vae/ae.pt"));
  });

  test("cannot lead out of the models folder, by a name or by a folder", async () => {
    const planner = await createPlanner();
    const bad = [
      at("../../x.pt", "vae"),
      at("x.pt", "../../etc"),
      at("x.pt", "/etc"),
      at(".x.pt", "vae"),
      at("x\u0000.pt", "vae"),
    ];
    const outcome = await planner.ask({ source: page(loader("X", "x", [...bad, at("good.pt", "vae")])) });
    expect(paths(planner, outcome)).toEqual(["vae/good.pt"]);
    expect(manyOf(outcome).skipped).toHaveLength(bad.length);
    for (const { reason } of manyOf(outcome).skipped) expect(reason).toMatch(/must not/);
  });

  test.each<[string, string, string]>([
    [
      "that is no JSON",
      "{nodes",
      "source: unsupported: source: no ComfyUI workflow can be read from it: its JSON is not valid",
    ],
    [
      "that is another JSON",
      "{}",
      "source: unsupported: source: no ComfyUI workflow can be read from it: it has neither nodes nor the steps of a prompt",
    ],
    [
      "that is nested without end",
      `{"nodes":${"[".repeat(1e5)}`,
      "source: unsupported: source: no ComfyUI workflow can be read from it: its JSON is not valid",
    ],
    [
      "in a picture without one",
      `data:image/png;base64,${picture().toString("base64")}`,
      "source: unsupported: source: no ComfyUI workflow can be read from it: no workflow is kept in this picture",
    ],
    [
      "in no picture",
      "data:image/gif;base64,R0lGODlh",
      "source: unsupported: source: no ComfyUI workflow can be read from it: it is no PNG and no WebP picture",
    ],
    ["without models", page(), "source: unsupported: source: the workflow needs no model files"],
    [
      "whose models nobody knows",
      page(loader("VAELoader", "a.pt")),
      "source: unsupported: source: none of the models of the workflow that are missing can be fetched: vae/a.pt for 1 (VAELoader): the workflow does not say where it is to be had, and the model catalogue does not know it",
    ],
    [
      "with an address of another kind",
      page(loader("VAELoader", "a.pt", [at("a.pt", "vae", { url: "ftp://example.org/a.pt" })])),
      "source: unsupported: source: none of the models of the workflow that are missing can be fetched: vae/a.pt for 1 (VAELoader): ",
    ],
  ])("%s is refused in words", async (_, source, words) => {
    const planner = await createPlanner();
    const refusal = refusalOf(planner, await planner.ask({ source }));
    expect(refusal.slice(0, words.length)).toBe(words);
  });

  test("whose models are all here asks for nothing", async () => {
    const planner = await createPlanner();
    await put(planner, "vae/ae.pt");
    const outcome = await planner.ask({ source: page(loader("VAELoader", "ae.pt")) });
    expect(refusalOf(planner, outcome)).toBe(
      "source: destination_exists: source: every model of the workflow is here already (1)",
    );
  });

  test("of two thousand nodes is planned whole", async () => {
    const planner = await createPlanner();
    const nodes = Array.from({ length: 2000 }, (_, nth) =>
      loader("LoraLoader", `l${nth % 500}.pt`, [at(`l${nth % 500}.pt`, "loras")]),
    );
    const began = performance.now();
    const outcome = await planner.ask({ source: page(...nodes) });
    process.stderr.write(`2,000 nodes, 500 models: ${Math.round(performance.now() - began)} ms\n`);
    expect(manyOf(outcome).drafts).toHaveLength(500);
  });
});
