/**
 * ComfyUI's `extra_model_paths.yaml`, as ComfyUI itself reads it (`load_extra_path_config` of utils/extra_config.py).
 * Pure.
 */
import { isAbsolute, join, normalize, resolve } from "node:path";
import { isMap, parseDocument } from "yaml";

/** What stands around the file. */
export interface PathsAround {
  /** Folder the file is in: paths are relative to it. */
  folder: string;
  /** What `~` is. */
  home: string | null;
  environment: Readonly<Record<string, string | undefined>>;
}

export interface ExtraFolder {
  /** As ComfyUI calls what is in it now: `diffusion_models`, never `unet`. */
  kind: string;
  /** Absolute, without a slash at its end. */
  folder: string;
  /** It comes before all others: new files go there. */
  isDefault: boolean;
}

export interface ExtraPaths {
  /** In the order in which ComfyUI adds them. */
  folders: readonly ExtraFolder[];
  /** What cannot be used, and why: half sentences about the file. The rest holds. */
  problems: readonly string[];
}

/** `map_legacy` of folder_paths.py. */
const LEGACY: ReadonlyMap<string, string> = new Map([
  ["unet", "diffusion_models"],
  ["clip", "text_encoders"],
]);

export function presentName(kind: string): string {
  return LEGACY.get(kind) ?? kind;
}

/** Programs, not models: nothing is looked up or put there. */
const NO_MODELS = new Set(["custom_nodes"]);
/** Folders of one file at most: more are a mistake, and each is looked at again and again. */
const MAX_FOLDERS = 1000;

export function readExtraPaths(text: string, around: PathsAround): ExtraPaths {
  // PyYAML speaks YAML 1.1 (`yes` is true), and of a key that occurs twice it takes the last.
  const document = parseDocument(text, { version: "1.1", uniqueKeys: false, logLevel: "silent" });
  const [error] = document.errors;
  if (error !== undefined)
    return nothing(`is no YAML: ${(error.message.split("\n")[0] ?? "").replace(/:$/, "").slice(0, 200)}`);
  if (document.contents === null) return nothing();
  if (!isMap(document.contents)) return nothing("must hold sections, each with its paths");
  let sections: unknown;
  try {
    // As maps: they keep the order, whatever the keys are called.
    sections = document.toJS({ mapAsMap: true });
  } catch (problem) {
    return nothing(`cannot be used: ${problem instanceof Error ? problem.message : String(problem)}`);
  }
  const problems: string[] = [];
  const folders: ExtraFolder[] = [];
  for (const [name, section] of sections as ReadonlyMap<unknown, unknown>) {
    if (section === null) continue;
    if (section instanceof Map) folders.push(...readSection(String(name), section, around, problems));
    else problems.push(`${String(name)}: expected kinds of models and their paths`);
  }
  if (folders.length > MAX_FOLDERS)
    problems.push(`names ${folders.length} folders; the first ${MAX_FOLDERS} count`);
  return { folders: folders.slice(0, MAX_FOLDERS), problems };
}

function readSection(
  name: string,
  section: ReadonlyMap<unknown, unknown>,
  around: PathsAround,
  problems: string[],
): ExtraFolder[] {
  const basePath = section.get("base_path");
  if (basePath !== undefined && typeof basePath !== "string") {
    problems.push(`${name}.base_path: expected a path`);
    return [];
  }
  const base = basePath === undefined ? null : baseOf(basePath, around);
  const isDefault = isTrue(section.get("is_default"));
  const folders: ExtraFolder[] = [];
  for (const [key, value] of section) {
    if (key === "base_path" || key === "is_default" || NO_MODELS.has(String(key))) continue;
    if (typeof value !== "string") {
      problems.push(`${name}.${String(key)}: expected one path, or several with a line for each`);
      continue;
    }
    for (const line of value.split("\n")) {
      // oxlint-disable-next-line no-control-regex -- they are what is refused
      if (/[\u0000-\u001f\u007f]/.test(line))
        problems.push(`${name}.${String(key)}: a path holds control characters`);
      else if (line.length > 0)
        folders.push({ kind: presentName(String(key)), folder: folderOf(line, base, around), isDefault });
    }
  }
  return folders;
}

function baseOf(written: string, around: PathsAround): string {
  const base = expandVariables(expandHome(written, around), around);
  return isAbsolute(base) ? base : resolve(around.folder, base);
}

/** A path without a base is relative to the file's folder. Only the base has its `~` and `$…` replaced. */
function folderOf(line: string, base: string | null, { folder }: PathsAround): string {
  const full = isAbsolute(line) ? line : join(base ?? folder, line);
  const plain = normalize(full);
  return plain.length > 1 ? plain.replace(/\/+$/, "") : plain;
}

/** os.path.expanduser: only `~` itself; other users' homes stay as they are written. */
function expandHome(path: string, { home }: PathsAround): string {
  return home !== null && /^~(?=\/|$)/.test(path) ? home + path.slice(1) : path;
}

/** os.path.expandvars: what is not set stays as it is written. */
function expandVariables(path: string, { environment }: PathsAround): string {
  return path.replace(
    /\$(?:([A-Za-z0-9_]+)|\{([^}]*)\})/g,
    (whole, plain: string | undefined, braced: string | undefined) =>
      environment[plain ?? braced ?? ""] ?? whole,
  );
}

/** What Python takes for true. */
function isTrue(value: unknown): boolean {
  if (value instanceof Map) return value.size > 0;
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function nothing(problem?: string): ExtraPaths {
  return { folders: [], problems: problem === undefined ? [] : [problem] };
}
