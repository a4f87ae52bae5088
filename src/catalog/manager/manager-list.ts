/** The Manager's list of a ComfyUI on this machine, as its file is now. */
import { readFile, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import { readJson } from "../read-json.ts";
import type { ListedModel } from "./read-manager-list.ts";
import { readManagerList } from "./read-manager-list.ts";

/** Where the Manager is cloned to: it has had both names. */
const FOLDERS = ["comfyui-manager", "ComfyUI-Manager"];
/** The list has half a thousand entries and 300 kB. Bytes. */
const MAX_BYTES = 64 * 1024 * 1024;

export interface ListedModels {
  /** By name of the entry or of its file. */
  called(name: string): readonly ListedModel[];
  /** What of the file cannot be used; a sentence. */
  problem: string | null;
}

const NOTHING: ListedModels = { called: () => [], problem: null };

interface Cached {
  /** Of the file it was made of. */
  stamp: string;
  models: ListedModels;
}

export type ReadListedModels = () => Promise<ListedModels>;

/** @param uiHome folder of ComfyUI */
export function createManagerList(uiHome: string): ReadListedModels {
  const files = FOLDERS.map((folder) => join(uiHome, "custom_nodes", folder, "model-list.json"));
  let cached: Cached | null = null;
  return async () => {
    for (const file of files) {
      const facts = await stat(file).catch(() => null);
      if (facts?.isFile() !== true) continue;
      const stamp = `${file} ${facts.mtimeMs} ${facts.size}`;
      if (cached?.stamp !== stamp) cached = { stamp, models: await load(file, facts.size) };
      return cached.models;
    }
    return NOTHING;
  };
}

async function load(file: string, size: number): Promise<ListedModels> {
  const without = (why: string): ListedModels => ({
    ...NOTHING,
    problem: `${file} was not looked at: ${why}.`,
  });
  if (size > MAX_BYTES) return without(`it has ${size} bytes`);
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null) return without("it cannot be read");
  const { value, problem } = readJson({ bytes, headers: {} });
  if (problem !== null) return without(problem.replace(/^sent/, "it is"));
  const reading = readManagerList(value);
  if (reading.kind === "other") return without(reading.reason);
  const byName = new Map<string, ListedModel[]>();
  const note = (name: string, model: ListedModel): void => {
    byName.set(name, [...(byName.get(name) ?? []), model]);
  };
  for (const model of reading.list.models) {
    note(model.name, model);
    if (model.filename !== null && model.filename !== model.name) note(posix.basename(model.filename), model);
  }
  return { called: (name) => byName.get(name) ?? [], problem: null };
}
