import { resolve } from "node:path";
import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { keepBeforeUpgrade } from "./keep-before-upgrade.ts";
import { migrate } from "./migrate.ts";
import { createSqliteBackend } from "./sqlite-backend.ts";
import { openSqliteFile } from "./sqlite-file.ts";

export interface SqliteStoreOptions {
  /** The database file; made if it is not there. Its folder has to be. */
  path: string;
}

/**
 * Opens the store of this machine. Several processes may have the same file open at once. Before an older database
 * gets a newer schema, a copy of it is kept beside it.
 *
 * @throws StoreError if the file cannot be opened, is damaged, or is of a newer version or another program
 */
export async function openSqliteStore({ path }: SqliteStoreOptions): Promise<JobStore> {
  const file = resolve(path);
  const backend = createSqliteBackend(await openSqliteFile(file), file);
  try {
    await migrate(backend, file, Date.now(), { before: (version) => keepBeforeUpgrade(file, version) });
  } catch (error) {
    await backend.close();
    throw error;
  }
  return createJobStore(backend);
}
