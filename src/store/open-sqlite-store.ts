import type { JobStore } from "../job/store-contract.ts";
import { createJobStore } from "./job-store.ts";
import { openSqliteBackend } from "./open-backends.ts";

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
  const { backend } = await openSqliteBackend(path);
  return createJobStore(backend);
}
