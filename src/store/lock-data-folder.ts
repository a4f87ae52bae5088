import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { explain, isBusy } from "./sqlite-errors.ts";

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
 * @param database the file of the queue. One that lies in another folder has a lock of its own beside it: a server with
 *   another data folder must not use it at the same time. Null if the queue is not a file.
 * @returns the lock, or null if another process holds it
 */
export function lockDataFolder(folder: string, database: string | null = null): DataFolderLock | null {
  const lock = lockFile(join(folder, "server.lock"));
  if (lock === null || database === null || !liesElsewhere(database, folder)) return lock;
  const beside = lockDatabase(database);
  if (beside === null) {
    lock.release();
    return null;
  }
  return {
    release: () => {
      beside.release();
      lock.release();
    },
  };
}

/** The lock beside a database that lies in no data folder of its server; null if a server uses it. */
export function lockDatabase(file: string): DataFolderLock | null {
  // Who opens the database says what is wrong with a folder that is not there.
  return existsSync(dirname(file)) ? lockFile(`${file}.server.lock`) : { release: () => {} };
}

function liesElsewhere(file: string, folder: string): boolean {
  return dirname(resolve(file)) !== resolve(folder);
}

/** @throws StoreError if the folder cannot be written to */
function lockFile(path: string): DataFolderLock | null {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path);
    // A short wait: a process that is just being replaced needs a moment to go.
    database.exec("PRAGMA busy_timeout = 3000; PRAGMA journal_mode = DELETE; BEGIN EXCLUSIVE");
  } catch (error) {
    database?.close();
    if (isBusy(error)) return null;
    throw explain(error, path);
  }
  const held = database;
  return { release: () => held.close() };
}
