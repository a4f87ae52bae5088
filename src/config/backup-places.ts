/** Where the files are that a backup of a server is made of. */
import { join } from "node:path";
import { CONFIG_FILE } from "./config-file.ts";
import { rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { SettingName, Settings } from "./settings-table.ts";

export const NO_FILE =
  "The queue is in PostgreSQL, which has backups of its own: use pg_dump, and copy the data folder.";

export interface PlacesOfFiles {
  data: string;
  /** Null: it is not a file of this machine. */
  database: string | null;
  modelConfigs: string;
  imageCatalog: string | null;
  resources: string;
  configFile: string;
  mirrors: readonly string[];
}

/** In the folder of downloads (CONTRACT §6). */
const MIRRORS = [".download_status.json", "download_queue.json", "download_status.json"];

/** @param folder the one the server is started in */
export function backupPlaces(settings: Settings, folder: string): PlacesOfFiles {
  const { data, databaseUrl, downloads, modelConfigs, imageCatalog, resources } = settings;
  return {
    data,
    database: databaseUrl.kind === "sqlite" ? databaseUrl.file : null,
    modelConfigs,
    imageCatalog,
    resources,
    configFile: join(folder, CONFIG_FILE),
    mirrors: MIRRORS.map((name) => join(downloads, name)),
  };
}

/** Settings whose values are nobody else's business. */
export function secretSettings(): SettingName[] {
  return SETTING_NAMES.filter((name) => rowOf(name).secret === true);
}
