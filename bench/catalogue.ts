/**
 * How long the catalogue of models and a workflow take: 10,000 entries, 2,000 nodes, some of the files here, folders of models
 * beside the models folder. Prints the processor time of this thread, median and worst of some rounds, in milliseconds.
 * `tools/n bench/catalogue.ts [entries] [nodes]`
 */
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createModelCatalog } from "../src/catalog/model-catalog.ts";
import { createPlaces } from "../src/catalog/model-places/watch-places.ts";
import type { PlanOptions } from "../src/catalog/plan.ts";
import { createPlan } from "../src/catalog/plan.ts";
import { PLAIN_REQUEST } from "../src/job/plain-request.ts";

const entries = Number(process.argv[2] ?? 10_000);
const nodes = Number(process.argv[3] ?? 2_000);
const ROUNDS = 15;
/** Issue 5's promise, for each. */
const PROMISE_MS = 200;
const KINDS = [
  "checkpoints",
  "vae",
  "loras",
  "diffusion_models",
  "text_encoders",
  "controlnet",
  "upscale_models",
];

const folder = mkdtempSync(join(process.env["BENCH_DIR"] ?? tmpdir(), "haulyard-bench-"));
const modelsDir = join(folder, "models");
const nameOf = (n: number): string => `model-${n}.safetensors`;
const kindOf = (n: number): string => KINDS[n % KINDS.length] ?? "vae";

function makeWorld(): { file: string; extraPaths: string } {
  const models: Record<string, object> = {};
  for (let n = 0; n < entries; n++)
    models[`m${n}`] = {
      name: `Model ${n}`,
      url: `https://example.com/${nameOf(n)}`,
      path: `${kindOf(n)}/${nameOf(n)}`,
      size: 1000 + n,
    };
  for (const kind of KINDS) {
    mkdirSync(join(modelsDir, kind), { recursive: true });
    mkdirSync(join(folder, "disk", kind), { recursive: true });
  }
  for (let n = 0; n < entries; n += 3)
    writeFileSync(join(n % 2 === 0 ? modelsDir : join(folder, "disk"), kindOf(n), nameOf(n)), "");
  const file = join(folder, "model_configs.json");
  writeFileSync(file, JSON.stringify({ all: { name: "All", models } }));
  const extraPaths = join(folder, "extra_model_paths.yaml");
  writeFileSync(
    extraPaths,
    `disk:\n  base_path: ${folder}/disk\n${KINDS.map((kind) => `  ${kind}: ${kind}\n`).join("")}`,
  );
  return { file, extraPaths };
}

/** Every second model is of the catalogue, the others nobody knows. */
function workflow(): string {
  const LOADERS: Record<string, string> = {
    vae: "VAELoader",
    loras: "LoraLoader",
    checkpoints: "CheckpointLoaderSimple",
  };
  const all = Array.from({ length: nodes }, (_, id) => {
    const kind = Object.keys(LOADERS)[id % 3] ?? "vae";
    const known = KINDS.indexOf(kind) + KINDS.length * id;
    return {
      id,
      type: LOADERS[kind],
      widgets_values: [id % 2 === 0 && known < entries ? nameOf(known) : `unknown-${id}.safetensors`],
      properties: {},
    };
  });
  return JSON.stringify({ nodes: all, links: [] });
}

async function report(what: string, prepare: () => void, work: () => Promise<unknown>): Promise<void> {
  const took: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    prepare();
    const before = process.threadCpuUsage();
    const began = performance.now();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    took.push((user + system) / 1000);
    if (round === 0)
      console.log(`${what}: first time ${(performance.now() - began).toFixed(0)} ms by the clock`);
  }
  took.sort((one, other) => one - other);
  const median = took[took.length >> 1] ?? NaN;
  const late = median > PROMISE_MS ? `  over ${PROMISE_MS} ms` : "";
  console.log(
    `${what.padEnd(60)} ${median.toFixed(0).padStart(6)} ${(took.at(-1) ?? NaN).toFixed(0).padStart(6)}${late}`,
  );
}

try {
  const { file, extraPaths } = makeWorld();
  const yaml = { file: extraPaths, mayBeMissing: false, home: null, environment: {} };
  const alone = createPlaces({ modelsDir, extraPaths: null });
  const places = createPlaces({ modelsDir, extraPaths: yaml });
  const touch = (): void => utimesSync(file, new Date(), new Date());
  const catalog = createModelCatalog({ file, sampleFile: file, modelsDir, places });
  const plain = createModelCatalog({ file, sampleFile: file, modelsDir, places: alone });
  await report(`list of ${entries} entries after a change`, touch, () => plain.read());
  await report(`the same with folders of extra_model_paths.yaml`, touch, () => catalog.read());
  const unused = { fetch: async () => Promise.reject(new Error("nobody is asked")) };
  const plan = createPlan({
    ...unused,
    node: "here",
    modelsDir,
    places,
    downloadsDir: join(folder, "downloads"),
    catalog,
    images: {
      folder: join(folder, "images"),
      catalogue: async () => ({ entries: [], bad: [], byId: () => null }),
    },
    uiHome: folder,
    hosts: { find: async () => [] },
    huggingFace: { endpoint: "https://huggingface.co", hasToken: false },
    civitai: { endpoint: "https://civitai.com", hasToken: false },
  } as unknown as PlanOptions);
  const source = workflow();
  await report(`plan of a workflow of ${nodes} nodes`, touch, async () => {
    const outcome = await plan({ ...PLAIN_REQUEST, source }, new AbortController().signal);
    if (outcome.kind === "refused") throw new Error(outcome.failure.message);
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}
