/** The places of models as the file that names them says it now. */
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { codeOf } from "../error-code.ts";
import { ModelPlaces } from "./model-places.ts";
import type { ExtraFolder, PathsAround } from "./read-extra-paths.ts";
import { readExtraPaths } from "./read-extra-paths.ts";

/** The file has some dozens of lines. Bytes. */
const MAX_BYTES = 1024 * 1024;

export interface PlacesOptions {
  modelsDir: string;
  extraPaths: ExtraPathsFile | null;
  /** Further folders that may be written to. */
  roots?: readonly string[];
  /** Told when the file was read and something of it cannot be used. */
  log?: { warn(facts: object, message: string): void };
}

export interface ExtraPathsFile extends Omit<PathsAround, "folder"> {
  /** `extra_model_paths.yaml`. */
  file: string;
  /** It is only looked for where it usually is. */
  mayBeMissing: boolean;
}

/** Never rejects: a file that cannot be used is a problem of the places, and the models folder stays usable. */
export type ReadPlaces = () => Promise<ModelPlaces>;

/** The file is read again when it has changed. */
export function createPlaces({ modelsDir, extraPaths, roots = [], log }: PlacesOptions): ReadPlaces {
  const make: MakePlaces = (extra = [], problems = []) =>
    new ModelPlaces(
      resolve(modelsDir),
      extra,
      problems,
      roots.map((root) => resolve(root)),
    );
  let cached: { stamp: string; places: ModelPlaces } | null = null;
  return async () => {
    if (extraPaths === null) return (cached ??= { stamp: "", places: make() }).places;
    const stamp = await stampOf(extraPaths.file);
    if (cached?.stamp === stamp) return cached.places;
    const places = await load(make, extraPaths);
    cached = { stamp, places };
    for (const problem of places.problems) log?.warn({ file: extraPaths.file }, problem);
    return places;
  };
}

async function stampOf(file: string): Promise<string> {
  const facts = await stat(file, { bigint: true }).catch((error: unknown) => codeOf(error) ?? String(error));
  return typeof facts === "string" ? facts : `${facts.ino} ${facts.size} ${facts.mtimeNs} ${facts.ctimeNs}`;
}

type MakePlaces = (extra?: readonly ExtraFolder[], problems?: readonly string[]) => ModelPlaces;

async function load(
  make: MakePlaces,
  { file, mayBeMissing, ...around }: ExtraPathsFile,
): Promise<ModelPlaces> {
  const without = (why: string): ModelPlaces => make([], [`${file} ${why}; nothing of it is used.`]);
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) return without(`is larger than ${MAX_BYTES} bytes`);
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await readFile(file));
    const { folders, problems } = readExtraPaths(text, { ...around, folder: dirname(file) });
    const sentences = problems.map(
      (problem) =>
        `${file} ${problem}${folders.length === 0 ? "; nothing of it is used" : "; the rest of it is used"}.`,
    );
    return make(folders, sentences);
  } catch (error) {
    if (codeOf(error) === "ENOENT") return mayBeMissing ? make() : without("does not exist");
    return without(
      error instanceof TypeError ? "is no UTF-8 text" : `cannot be read (${codeOf(error) ?? String(error)})`,
    );
  }
}
