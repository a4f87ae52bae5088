/** What the pictures of the README show: files on the origin, entries of the catalogue, and what is asked for. */
import { basename } from "node:path/posix";
import { hashOf } from "../test/world/file-bytes.ts";
import type { FileSpec, Origin } from "../test/world/origin.ts";

const MB = 1_000_000;

interface Entry {
  set: string;
  name: string;
  folder: string;
  description: string;
}

/** One file and what happens to it, in the order of the list. */
export interface Scene {
  /** On the origin; its last part is the file's name. */
  path: string;
  file: FileSpec;
  /** Its catalogue entry; without one it is asked for by URL. */
  entry?: Entry;
  /** Or the id of the image that it is. */
  image?: string;
  /** Nothing is asked for without it. */
  asked?: {
    /** Wait for this status before the next scene. */
    until?: "RUNNING" | "COMPLETE" | "FAILED";
    /** Pause it after so long. */
    pauseAfterMs?: number;
  };
}

const FLUX = "FLUX.1";
const WAN = "Wan 2.2 video";
const SDXL = "Stable Diffusion XL";

export const SCENES: readonly Scene[] = [
  {
    path: "/cloud/nocloud_alpine-3.24.qcow2",
    file: { size: 188 * MB },
    image: "alpine-3.24",
    asked: { until: "COMPLETE" },
  },
  {
    path: "/cloud/ubuntu-24.04-server-cloudimg-amd64.img",
    file: { size: 262 * MB },
    image: "ubuntu-24.04",
    asked: { until: "COMPLETE" },
  },
  {
    path: "/flux/ae.safetensors",
    file: { size: 168 * MB },
    entry: { set: FLUX, name: "FLUX.1 VAE", folder: "vae", description: "Autoencoder of all FLUX.1 models" },
    asked: { until: "COMPLETE" },
  },
  {
    path: "/flux/clip_l.safetensors",
    file: { size: 123 * MB },
    entry: {
      set: FLUX,
      name: "CLIP-L",
      folder: "text_encoders",
      description: "Smaller of the two text encoders",
    },
    asked: { until: "COMPLETE" },
  },
  {
    path: "/wan/wan2.2_vae.safetensors",
    file: { size: 141 * MB },
    entry: { set: WAN, name: "Wan 2.2 VAE", folder: "vae", description: "Autoencoder of the 5B model" },
    asked: { until: "COMPLETE" },
  },
  {
    path: "/sdxl/sd_xl_refiner_1.0.safetensors",
    file: { size: 6075 * MB, status: 403, html: "Access to this model needs its licence accepted" },
    entry: {
      set: SDXL,
      name: "SDXL refiner 1.0",
      folder: "checkpoints",
      description: "Second stage; its licence has to be accepted once",
    },
    asked: { until: "FAILED" },
  },
  {
    path: "/sdxl/sdxl_vae.safetensors",
    file: { size: 334 * MB, bytesPerSecond: 30 * MB },
    entry: {
      set: SDXL,
      name: "SDXL VAE",
      folder: "vae",
      description: "Autoencoder with the half-precision fix",
    },
    asked: { until: "RUNNING", pauseAfterMs: 4_000 },
  },
  {
    path: "/flux/flux1-dev.safetensors",
    file: { size: 2_380 * MB, bytesPerSecond: 38 * MB },
    entry: {
      set: FLUX,
      name: "FLUX.1 dev",
      folder: "diffusion_models",
      description: "12B model, best quality",
    },
    asked: { until: "RUNNING" },
  },
  {
    path: "/wan/wan2.2_ti2v_5B_fp16.safetensors",
    file: { size: 1_890 * MB, bytesPerSecond: 21 * MB },
    entry: {
      set: WAN,
      name: "Wan 2.2 TI2V 5B",
      folder: "diffusion_models",
      description: "Text and image to video, 720p on one card",
    },
    asked: { until: "RUNNING" },
  },
  {
    path: "/cloud/debian-13-generic-amd64.qcow2",
    file: { size: 812 * MB, bytesPerSecond: 14 * MB },
    image: "debian-13",
    asked: { until: "RUNNING" },
  },
  {
    path: "/flux/t5xxl_fp16.safetensors",
    file: { size: 9_787 * MB, bytesPerSecond: 20 * MB },
    entry: {
      set: FLUX,
      name: "T5-XXL fp16",
      folder: "text_encoders",
      description: "Larger of the two text encoders",
    },
    asked: {},
  },
  {
    path: "/sdxl/sd_xl_base_1.0.safetensors",
    file: { size: 6_938 * MB, bytesPerSecond: 20 * MB },
    entry: { set: SDXL, name: "SDXL base 1.0", folder: "checkpoints", description: "First stage" },
    asked: {},
  },
  {
    path: "/wan/umt5_xxl_fp8.safetensors",
    file: { size: 6_735 * MB },
    entry: { set: WAN, name: "UMT5-XXL fp8", folder: "text_encoders", description: "Text encoder" },
  },
];

const x86 = (distribution: string, version: string): object => ({
  format: "qcow2",
  os: { family: "linux", distribution, version, architecture: "x86_64", default_user: distribution },
});

const IMAGES = [
  { id: "alpine-3.24", name: "Alpine 3.24", build: "20261104", ...x86("alpine", "3.24") },
  { id: "ubuntu-24.04", name: "Ubuntu 24.04 LTS", build: "20261112", ...x86("ubuntu", "24.04") },
  { id: "debian-13", name: "Debian 13 (trixie)", build: "20261110-2290", ...x86("debian", "13") },
];

/** The request that asks for it: a model of the catalogue, or a URL. */
export function requestFor(scene: Scene, origin: Origin): { route: string; body: Record<string, unknown> } {
  if (scene.image !== undefined) return { route: `/images/${scene.image}/download`, body: {} };
  if (scene.entry === undefined) return { route: "/jobs", body: { source: urlOf(scene, origin) } };
  const { set, name } = scene.entry;
  return { route: "/download", body: { model_set: toId(set), model_id: toId(name) } };
}

/** By name: an address looks like a fault in a picture. */
function urlOf(scene: Scene, origin: Origin): string {
  return origin.url.replace("127.0.0.1", "localhost") + scene.path;
}

/** Puts the files on the origin and answers the catalogue that offers them. */
export function layOut(origin: Origin): Record<string, unknown> {
  const sets: Record<string, { name: string; models: Record<string, unknown> }> = {};
  for (const scene of SCENES) {
    origin.put(scene.path, scene.file);
    if (scene.entry === undefined) continue;
    const { set, name, folder, description } = scene.entry;
    sets[toId(set)] ??= { name: set, models: {} };
    const models = sets[toId(set)]?.models ?? {};
    models[toId(name)] = {
      name,
      url: urlOf(scene, origin),
      path: `${folder}/${basename(scene.path)}`,
      description,
      size: scene.file.size,
      // Only of files that are fetched to their end: hashing gigabytes takes its time.
      ...(scene.asked?.until === "COMPLETE" ? { sha256: hashOf(origin.content(scene.path)) } : {}),
    };
  }
  return sets;
}

/** The built-in images; those of the scenes come from the origin. */
export function imageCatalogue(origin: Origin): object {
  const images = SCENES.flatMap((scene) => {
    const known = IMAGES.find(({ id }) => id === scene.image);
    if (known === undefined) return [];
    const isWhole = scene.asked?.until === "COMPLETE";
    const checksum = isWhole ? { checksum: hashOf(origin.content(scene.path)) } : {};
    return [{ ...known, url: urlOf(scene, origin), size_bytes: scene.file.size, ...checksum }];
  });
  return { built_in: true, images };
}

function toId(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
}
