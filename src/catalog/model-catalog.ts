/** The catalogue of models: one JSON file, read as it is, edited by people, other programs and us. */
import { resolve } from "node:path";
import type { BadEntry, Model, ModelCatalogStore, ModelCatalogue } from "../job/catalog-contract.ts";
import { loadCatalogue, type CatalogueText } from "./catalogue-text.ts";
import { addModel, editModel, removeModel } from "./edit-catalogue.ts";
import { createFileEditor } from "./edit-file.ts";
import { readCatalogue } from "./read-catalogue.ts";
import type { ReadPlaces } from "./model-places/watch-places.ts";
import { createPlaces } from "./model-places/watch-places.ts";

export interface ModelCatalogOptions {
  /** The file that is read and edited (`HAULYARD_MODEL_CONFIGS`). */
  file: string;
  /** Read while `file` does not exist; the first edit copies it there. */
  sampleFile: string;
  modelsDir: string;
  /** Where models are besides, if anywhere. */
  places?: ReadPlaces;
}

/**
 * The file is read anew for every question: it is small, and what others write into it counts from then on.
 * Where the models are on the disk can change without the file, too.
 */
export function createModelCatalog(options: ModelCatalogOptions): ModelCatalogStore {
  const file = resolve(options.file);
  const sampleFile = resolve(options.sampleFile);
  const places = options.places ?? createPlaces({ modelsDir: options.modelsDir, extraPaths: null });
  const load = (): Promise<CatalogueText> => loadCatalogue(file, sampleFile);
  const read = async (): Promise<ModelCatalogue> => readCatalogue(await load(), await places());
  const edit = createFileEditor(file, load);
  return {
    read,
    find: async (setId, modelId) => findIn(await read(), setId, modelId),
    add: (request) => edit(async (now) => addModel(now, request, await places())),
    edit: (request) => edit(async (now) => editModel(now, request, await places())),
    remove: (request) => edit((now) => removeModel(now, request)),
  };
}

function findIn({ models, bad }: ModelCatalogue, setId: string, modelId: string): Model | BadEntry | null {
  const isIt = (entry: Model | BadEntry): boolean => entry.setId === setId && entry.modelId === modelId;
  return models.find(isIt) ?? bad.find(isIt) ?? null;
}
