import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Held as long as the process lives: the kernel lets go of it even after kill -9. */
export interface DataFolderLock {
  release(): void;
}

/**
 * Makes this process the only server of a data folder.
 *
 * The lock is SQLite's own on a small file beside the database (POSIX advisory locks,
 * https://sqlite.org/lockingv3.html), so there is no stale lock to clean up.
 *
 * @returns the lock, or null if another process holds it
 */
export function lockDataFolder(folder: string): DataFolderLock | null {
  const database = new DatabaseSync(join(folder, "server.lock"));
  try {
    // A short wait: a process that is just being replaced needs a moment to go.
    database.exec("PRAGMA busy_timeout = 3000; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === SQLITE_BUSY) return null;
    throw error;
  }
  return { release: () => database.close() };
}

const SQLITE_BUSY = 5;
