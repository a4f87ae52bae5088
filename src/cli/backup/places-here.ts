/** Where the files of a backup are on this machine, as a server that is started here would have them. */
import type { BackupPlaces } from "../../backup/places.ts";
import { backupPlaces, NO_FILE } from "../../config/backup-places.ts";
import { readEnvironment } from "../../config/environment.ts";
import { readSettings } from "../../config/read-settings.ts";
import { UsageError } from "../usage-error.ts";

export function placesHere(data?: string): BackupPlaces {
  const folder = process.cwd();
  const flags = data === undefined ? {} : { data };
  const read = readSettings({ flags, env: readEnvironment(), folder });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const { database, ...places } = backupPlaces(read.settings, folder);
  if (database === null) throw new UsageError(NO_FILE);
  return { ...places, database };
}
