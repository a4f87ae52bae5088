/** Where on this machine the files of a backup are. */
import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { CARDS, CONFIG, isBackupName, MAX_CARDS } from "./format.ts";

export interface BackupPlaces {
  /** The data folder. */
  data: string;
  database: string;
  modelConfigs: string;
  /** Null: the built-in one is used. */
  imageCatalog: string | null;
  /** Folder of the cards. */
  resources: string;
  /** `haulyard.config.json` of the folder the server is started in. */
  configFile: string;
  /** Files that show the queue to old programs, and are a way into it. */
  mirrors: readonly string[];
}

/** Names in a backup and where their files belong; the database first: if anything is missing, it is not that. */
export function fixedPlaces(places: BackupPlaces): { name: string; path: string }[] {
  return [
    { name: "haulyard.db", path: places.database },
    { name: "known_hosts", path: join(places.data, "known_hosts") },
    { name: "images.json", path: join(places.data, "images.json") },
    { name: "model_configs.json", path: places.modelConfigs },
    ...(places.imageCatalog === null ? [] : [{ name: "image_catalog", path: places.imageCatalog }]),
    { name: CONFIG, path: places.configFile },
    { name: "token", path: join(places.data, "token") },
  ];
}

/** Null: there is no place for it here, as for an image catalogue where none is set. */
export function placeOf(name: string, places: BackupPlaces): string | null {
  if (name.startsWith(CARDS)) return join(places.resources, ...name.slice(CARDS.length).split("/"));
  return fixedPlaces(places).find((place) => place.name === name)?.path ?? null;
}

/** The cards there are, links left out: they may lead anywhere. */
export async function listCards({ resources }: BackupPlaces): Promise<{ name: string; path: string }[]> {
  const found: { name: string; path: string }[] = [];
  const look = async (folder: string, prefix: string): Promise<void> => {
    for (const entry of (await readFolder(folder)).toSorted()) {
      const [path, name] = [join(folder, entry), `${prefix}${entry}`];
      const stat = await lstat(path).catch(() => null);
      if (stat?.isDirectory() === true && !entry.startsWith(".")) await look(path, `${name}/`);
      else if (stat?.isFile() === true && isBackupName(name)) found.push({ name, path });
      if (found.length > MAX_CARDS)
        throw new Error(`There are more than ${MAX_CARDS} cards in ${resources}.`);
    }
  };
  await look(resources, CARDS);
  return found;
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
