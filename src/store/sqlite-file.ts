import { chmodSync, closeSync, existsSync, openSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { patiently } from "./sqlite-driver.ts";
import { explain } from "./sqlite-errors.ts";
import { StoreError } from "./store-error.ts";

/** Jobs hold secrets (headers, signed URLs): nobody else may read them. */
const OWNER_ONLY = 0o600;
/** Pages kept in memory, in KiB (negative: not in pages). The hot rows of 100,000 jobs fit. */
const CACHE_KIB = 32 * 1024;
/** Size the write-ahead log is cut back to after a checkpoint, in bytes: a burst does not stay on the disk. */
const WAL_KEPT_BYTES = 16 * 1024 * 1024;

/** Opens or creates the database file, for its owner only. @throws StoreError */
export async function openSqliteFile(path: string): Promise<DatabaseSync> {
  createPrivately(path);
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { timeout: 0, enableForeignKeyConstraints: true });
    await configure(database);
    return database;
  } catch (error) {
    database?.close();
    throw explain(error, path);
  }
}

async function configure(database: DatabaseSync): Promise<void> {
  // First of all the file is read: so a file that is no database is refused before anything is written.
  await patiently(() => database.prepare("select count(*) from sqlite_schema").get());
  // Readers do not wait for the writer, nor it for them; a commit is one append and one sync.
  await patiently(() => database.exec("pragma journal_mode = wal"));
  database.exec("pragma synchronous = full");
  // On macOS a sync otherwise ends in the drive's own cache.
  database.exec("pragma fullfsync = on");
  database.exec(`pragma cache_size = -${CACHE_KIB}`);
  database.exec(`pragma journal_size_limit = ${WAL_KEPT_BYTES}`);
  database.exec("pragma temp_store = memory");
}

/** SQLite gives its `-wal` and `-shm` files the mode of the database: that one has to be right first. */
function createPrivately(path: string): void {
  const folder = dirname(path);
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) {
    throw new StoreError(
      "write_denied",
      `The folder ${folder} of the database does not exist. Create it first.`,
    );
  }
  try {
    closeSync(openSync(path, "a", OWNER_ONLY));
    for (const file of [path, `${path}-wal`, `${path}-shm`]) {
      if (existsSync(file) && (statSync(file).mode & 0o777) !== OWNER_ONLY) chmodSync(file, OWNER_ONLY);
    }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw code === "ENOSPC" || code === "EDQUOT"
      ? new StoreError("no_space", `There is no space left for the database ${path}. Free some space.`, error)
      : new StoreError(
          "write_denied",
          `The database ${path} cannot be opened for writing: ${message}`,
          error,
        );
  }
}
