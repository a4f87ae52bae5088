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
}

/** @param folder the one the server is started in */
export function backupPlaces(settings: Settings, folder: string): PlacesOfFiles {
  const { data, databaseUrl, modelConfigs, imageCatalog, resources } = settings;
  return {
    data,
    database: databaseUrl.kind === "sqlite" ? databaseUrl.file : null,
    modelConfigs,
    imageCatalog,
    resources,
    configFile: join(folder, CONFIG_FILE),
  };
}

/** Settings whose values are nobody else's business. */
export function secretSettings(): SettingName[] {
  return SETTING_NAMES.filter((name) => rowOf(name).secret === true);
}
