/** What the commands of the manual speak of: `example.org`, `org/repo`, an instance called `gpu`, a workflow. */
import { cp, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { picture, plainText } from "../../src/catalog/workflow/testing/pictures.ts";
import { startCivitai } from "./civitai.ts";
import { HAULYARD } from "./cli.ts";
import type { Gpu } from "./gpu.ts";
import { startGpu } from "./gpu.ts";
import type { HuggingFace } from "./hugging-face.ts";
import { startHuggingFace } from "./hugging-face.ts";
import type { Internet } from "./internet.ts";
import { INTERNET_TLS, startInternet } from "./internet.ts";
import type { Origin } from "./origin.ts";
import { startOrigin } from "./origin.ts";
import { findProgram } from "../../tools/test-tools.ts";

const ROOT = resolve(import.meta.dirname, "../..");
/** Large enough to be a file, small enough to be there at once. */
const SIZE = 200_000;
const BUILD = "20261001-2618";

export interface ManualWorld extends AsyncDisposable {
  gpu: Gpu;
  internet: Internet;
  /** Where commands are run: it has what a clone has, and the files they name. */
  folder: string;
  /** The variables of their shell. */
  env: Record<string, string>;
  /** SHA-256 of a file of example.org. */
  hash(name: string): string;
  /** Of a file on Civitai, as it is written there. */
  autoV2: string;
}

export async function startManualWorld(): Promise<ManualWorld> {
  await using stack = new AsyncDisposableStack();
  const origin = stack.use(await startOrigin());
  for (const [seed, name] of ["big.iso", "model.safetensors", "model.gguf", "a", "b", "x"].entries())
    origin.put(`/${name}`, { size: SIZE, seed });
  // A job that is still at work when it is spoken of.
  origin.put("/slow", { size: SIZE, bytesPerSecond: 500 });
  publishDebian(origin);
  const hub = stack.use(await startHuggingFace());
  fillHub(hub);
  const civitai = stack.use(await startCivitai());
  const internet = stack.use(
    await startInternet({ "example.org": origin.url, "cloud.debian.org": origin.url }),
  );
  const lora = { 1: { bytes: SIZE, name: "detail.safetensors", size: "pruned", fp: "fp16" } };
  civitai.put(135_867, { modelId: 122_359, modelType: "LORA", files: lora });
  civitai.put(2_514_310, { modelId: 827_184, modelType: "LORA", files: { ...lora } });

  const outside = (folder: string): Record<string, string> => ({
    HTTPS_PROXY: internet.url,
    NO_PROXY: "127.0.0.1,localhost",
    NODE_EXTRA_CA_CERTS: join(folder, "internet.pem"),
    HF_ENDPOINT: hub.url,
    CIVITAI_ENDPOINT: civitai.url,
  });
  const gpu = stack.use(
    await startGpu(async (folder) => {
      await fillFolder(folder);
      return {
        ...outside(folder),
        HF_HUB_CACHE: join(folder, "hub"),
        HAULYARD_RESOURCES: join(folder, "resources"),
        HAULYARD_UI_HOME: join(folder, "ui"),
      };
    }),
  );
  const { folder } = gpu.world;
  const kept = stack.move();
  return {
    gpu,
    internet,
    folder,
    env: {
      PATH: `${join(folder, "bin")}:${process.env["PATH"] ?? "/usr/bin:/bin"}`,
      HOME: folder,
      HAULYARD_URL: gpu.server().url,
      ...outside(folder),
    },
    hash: (name) => origin.hash(`/${name}`),
    autoV2: civitai.hash(2_514_310, 1).slice(0, 10).toUpperCase(),
    [Symbol.asyncDispose]: () => kept.disposeAsync(),
  };
}

function publishDebian(origin: Origin): void {
  const root = "/images/cloud/trixie/";
  const name = `debian-13-genericcloud-amd64-${BUILD}.qcow2`;
  const path = `${root}${BUILD}/${name}`;
  origin.put(path, { size: SIZE });
  origin.put(root, { size: 0, text: `<a href="${BUILD}/">${BUILD}/</a>` });
  const sums = `${origin.hash(path, "sha512")}  ${name}\n`;
  origin.put(`${root}${BUILD}/SHA512SUMS`, { size: 0, text: sums });
}

function fillHub(hub: HuggingFace): void {
  const names = ["x.safetensors", "vae/model.safetensors", "x.gguf", "ae.safetensors"];
  hub.put("models/org/repo", {
    branches: { main: "a".repeat(40), "v1.0": "b".repeat(40) },
    files: Object.fromEntries(names.map((path, seed) => [path, { size: SIZE, seed }])),
  });
  hub.put("datasets/org/data", { files: { "train/part-0.parquet": { size: SIZE } } });
}

async function fillFolder(folder: string): Promise<void> {
  await writeFile(join(folder, "internet.pem"), INTERNET_TLS.cert);
  await cp(join(ROOT, "resources"), join(folder, "resources"), { recursive: true });
  await cp(join(folder, "resources/loras/detail_tweaker_xl.md"), join(folder, "resources/loras/mine.md"));
  await mkdir(join(folder, "bin"));
  await writeFile(join(folder, "bin/haulyard"), WATCHING, { mode: 0o755 });
  await writeFile(join(folder, "bin/curl"), streaming(findProgram("curl") ?? "curl"), { mode: 0o755 });
  const model = (path: string): object => ({
    name: path,
    url: `https://huggingface.co/org/repo/resolve/main/${path}`,
    path: `vae/${path}`,
  });
  const catalogue = {
    flux: { name: "FLUX.1", models: { flux1_vae: model("ae.safetensors") } },
    set: { name: "Set", models: { model: model("x.safetensors") } },
  };
  await writeFile(join(folder, "model_configs.json"), JSON.stringify(catalogue));
  const node = {
    id: 1,
    type: "VAELoader",
    properties: {
      models: [
        {
          name: "workflow-vae.safetensors",
          url: "https://huggingface.co/org/repo/resolve/main/vae/model.safetensors",
          directory: "vae",
        },
      ],
    },
    widgets_values: ["workflow-vae.safetensors"],
  };
  const workflow = JSON.stringify({ version: 0.4, nodes: [node], links: [] });
  await writeFile(join(folder, "workflow.json"), workflow);
  await writeFile(join(folder, "picture.png"), picture(plainText("workflow", workflow)));
  const manager = join(folder, "ui/custom_nodes/ComfyUI-Manager");
  await mkdir(manager, { recursive: true });
  const known = {
    name: "FLUX.1 VAE model",
    type: "VAE",
    save_path: "vae/FLUX1",
    filename: "manager-ae.safetensors",
    url: "https://huggingface.co/org/repo/resolve/main/ae.safetensors",
  };
  const byFile = { ...known, name: "Another", filename: "ae.safetensors" };
  await writeFile(join(manager, "model-list.json"), JSON.stringify({ models: [known, byFile] }));
}

/** What goes on until somebody ends it is ended once it has shown something. */
const untilShown = (command: string): string => `
shown=$(mktemp)
${command} >"$shown" </dev/null & pid=$!
until [ -s "$shown" ]; do kill -0 "$pid" || exit 1; sleep 0.1; done
kill -TERM "$pid"
wait "$pid" || true
rm -f "$shown"
`;

/** `watch` without a job, on a terminal. */
const WATCHING = `#!/bin/bash
# Asks for a password, and then for it again.
if [ "$1" = users ]; then printf '%s\\n' 'a password for the manual' | '${HAULYARD}' "$@"; exit; fi
if [ "$#" -gt 1 ] || [ "$1" != watch ]; then exec '${HAULYARD}' "$@"; fi
${untilShown(`script -qefc "exec '${HAULYARD}' watch" /dev/null`)}`;

/** A stream of events has no end. */
const streaming = (curl: string): string => `#!/bin/bash
if [ "$1" != -sN ]; then exec '${curl}' "$@"; fi
${untilShown(`'${curl}' "$@"`)}`;
