/** Problems that are looked for when somebody asks, besides those that were reported. */
import { access, constants } from "node:fs/promises";
import { dirname } from "node:path";
import { CatalogueError } from "../job/catalog-contract.ts";
import { redactText } from "../job/redact.ts";
import type { ServerParts } from "./parts.ts";
import type { Problem } from "./problems.ts";

/** Bad entries named one by one; the page's Models view lists all. */
const MAX_BAD_ENTRIES = 20;

export async function findProblems({
  catalog,
  cards,
  places,
  images,
  problems,
  settings,
}: Pick<ServerParts, "catalog" | "places" | "cards" | "images" | "problems" | "settings">): Promise<
  Problem[]
> {
  const [entries, ...others] = await Promise.all([
    checkCatalogue(catalog),
    checkCards(cards),
    checkImages(images),
    checkPlaces(places),
    checkFolder("models", settings.modelsDir),
    checkFolder("downloads", settings.downloadsDir),
    checkFolder("images", images.folder),
  ]);
  return [...problems.list(), ...entries, ...others.flat()];
}

async function checkCatalogue(catalog: ServerParts["catalog"]): Promise<Problem[]> {
  try {
    const { bad } = await catalog.read();
    const named = bad.slice(0, MAX_BAD_ENTRIES).map(({ setId, modelId, reason }) => ({
      code: "bad_model_entry",
      message: `Model ${modelId === null ? setId : `${setId}/${modelId}`} cannot be used: ${reason}.`,
    }));
    const more = bad.length - named.length;
    return more === 0
      ? named
      : [...named, { code: "bad_model_entry", message: `${more} more model entries cannot be used.` }];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return [{ code: "catalogue_broken", message: `${error.message}.` }];
  }
}

async function checkPlaces(places: ServerParts["places"]): Promise<Problem[]> {
  const { problems } = await places();
  return problems.map((message) => ({ code: "extra_model_paths", message }));
}

/** Notes among the cards are no problem; `GET /resources/list` names them, too. */
async function checkCards(cards: ServerParts["cards"]): Promise<Problem[]> {
  const broken = (await cards.read()).broken.filter(({ isNote }) => !isNote);
  const named = broken.slice(0, MAX_BAD_ENTRIES).map(({ filepath, line, reason }) => ({
    code: "bad_card",
    message: `The card ${filepath}${line === null ? "" : `, line ${line},`} cannot be used: ${reason}.`,
  }));
  const more = broken.length - named.length;
  return more === 0 ? named : [...named, { code: "bad_card", message: `${more} more cards cannot be used.` }];
}

async function checkImages(images: ServerParts["images"]): Promise<Problem[]> {
  const { troubles } = await images.files();
  const found = troubles.map((message) => ({ code: "images_unreadable", message }));
  try {
    const { bad } = await images.catalogue();
    const named = bad.slice(0, MAX_BAD_ENTRIES).map(({ id, field, reason }) => ({
      code: "bad_image_entry",
      message: redactText(`Image ${id ?? "without an id"} of the catalogue: ${field} ${reason}.`),
    }));
    const more = bad.length - named.length;
    const rest = { code: "bad_image_entry", message: `${more} more faults are in the catalogue of images.` };
    return [...found, ...named, ...(more === 0 ? [] : [rest])];
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return [...found, { code: "image_catalogue_broken", message: `${error.message}.` }];
  }
}

async function checkFolder(name: string, folder: string): Promise<Problem[]> {
  try {
    await access(await existing(folder), constants.W_OK);
    return [];
  } catch {
    return [{ code: "folder_not_writable", message: `The ${name} folder ${folder} cannot be written.` }];
  }
}

/** The folder, or the nearest one above it that exists: the rest is made when it is needed. */
async function existing(folder: string): Promise<string> {
  try {
    await access(folder);
    return folder;
  } catch (error) {
    if (dirname(folder) === folder || !(error instanceof Error && "code" in error && error.code === "ENOENT"))
      throw error;
    return existing(dirname(folder));
  }
}
