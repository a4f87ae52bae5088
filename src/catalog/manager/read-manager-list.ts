/**
 * The list of models that ComfyUI-Manager installs from (`model-list.json`). Pure.
 *
 * Where an entry goes is told as the Manager tells it (`get_model_dir` of its server).
 */
import type { Skipped } from "../../job/catalog-contract.ts";
import { isRecord, kindOf } from "../read-json.ts";

export interface ListedModel {
  name: string;
  /** Below the models folder, with `/` between folders. */
  folder: string;
  /** Null: the address is that of a repo, all of it goes below the folder. */
  filename: string | null;
  url: string;
}

export interface ManagerList {
  models: readonly ListedModel[];
  /** Entries that cannot be used, and why. */
  bad: readonly Skipped[];
}

export type ManagerListReading = { kind: "list"; list: ManagerList } | { kind: "other"; reason: string };

/** `save_path: "default"`: by type. */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ["checkpoint", "checkpoints"],
  ["checkpoints", "checkpoints"],
  ["unclip", "checkpoints"],
  ["clip", "text_encoders"],
  ["text_encoders", "text_encoders"],
  ["vae", "vae"],
  ["taesd", "vae_approx"],
  ["vae_approx", "vae_approx"],
  ["lora", "loras"],
  ["t2i-adapter", "controlnet"],
  ["t2i-style", "controlnet"],
  ["controlnet", "controlnet"],
  ["clip_vision", "clip_vision"],
  ["gligen", "gligen"],
  ["upscale", "upscale_models"],
  ["embedding", "embeddings"],
  ["embeddings", "embeddings"],
  ["unet", "diffusion_models"],
  ["diffusion_model", "diffusion_models"],
]);
/** Where the Manager puts what it has no better place for. */
const ELSEWHERE = "etc";
/** In place of a file's name: the whole repo. */
const WHOLE_REPO = "<huggingface>";

/** @param json the parsed file */
export function readManagerList(json: unknown): ManagerListReading {
  if (!isRecord(json) || !Array.isArray(json["models"]))
    return { kind: "other", reason: "it has no list of models" };
  const models: ListedModel[] = [];
  const bad: Skipped[] = [];
  for (const [index, entry] of json["models"].entries()) {
    const read = readEntry(entry);
    if (typeof read === "string") bad.push({ what: whatOf(entry, index), reason: read });
    else models.push(read);
  }
  return { kind: "list", list: { models, bad } };
}

function whatOf(entry: unknown, index: number): string {
  const name = isRecord(entry) ? entry["name"] : null;
  return typeof name === "string" && name !== "" ? name : `models[${index}]`;
}

/** The entry, or why it cannot be used. */
function readEntry(entry: unknown): ListedModel | string {
  if (!isRecord(entry)) return `expected an object, got ${kindOf(entry)}`;
  const fields = ["name", "filename", "url"] as const;
  for (const field of fields) {
    const value = entry[field];
    if (typeof value !== "string" || value.trim() === "")
      return `${field}: expected a text, got ${kindOf(value)}`;
  }
  const [name, filename, url] = fields.map((field) => String(entry[field]).trim()) as [
    string,
    string,
    string,
  ];
  return {
    name,
    folder: folderOf(entry["type"], entry["save_path"]),
    filename: filename === WHOLE_REPO ? null : filename,
    url,
  };
}

function folderOf(type: unknown, savePath: unknown): string {
  const path = typeof savePath === "string" ? savePath.trim().replaceAll("\\", "/") : "default";
  if (path === "" || path === "default")
    return FOLDERS.get(typeof type === "string" ? type.toLowerCase() : "") ?? ELSEWHERE;
  return path.includes("..") || path.startsWith("/") ? ELSEWHERE : path.replace(/\/+$/, "");
}
