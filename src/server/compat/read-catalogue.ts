import type { ModelCatalogStore, ModelCatalogue } from "../../job/catalog-contract.ts";
import { CatalogueError } from "../../job/catalog-contract.ts";
import { RequestError } from "../request-error.ts";

/** What the catalogue answers; a file that is broken is the request's error, told with its place. */
export async function orBroken<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof CatalogueError) throw new RequestError("file_broken", `${error.message}.`);
    throw error;
  }
}

export function readableCatalogue(catalog: ModelCatalogStore): Promise<ModelCatalogue> {
  return orBroken(catalog.read());
}

/** The sets of a catalogue and what people call them. */
export function setNames(raw: ModelCatalogue["raw"]): Map<string, string> {
  const names = new Map<string, string>();
  for (const [id, set] of Object.entries(raw)) {
    if (typeof set !== "object" || set === null || Array.isArray(set)) continue;
    const name = (set as { name?: unknown }).name;
    names.set(id, typeof name === "string" && name !== "" ? name : id);
  }
  return names;
}
