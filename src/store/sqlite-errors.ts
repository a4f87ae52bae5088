import { StoreError } from "./store-error.ts";

/** Primary result codes (https://www.sqlite.org/rescode.html); the low byte of the extended ones. */
const SQLITE_PERM = 3;
const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

const SQLITE_CONSTRAINT_PRIMARYKEY = 1555;
const SQLITE_CONSTRAINT_UNIQUE = 2067;

/** The extended result code, or null if SQLite did not throw it. */
function resultCode(error: unknown): number | null {
  if (!(error instanceof Error) || !("errcode" in error)) return null;
  return typeof error.errcode === "number" ? error.errcode : null;
}

export function isBusy(error: unknown): boolean {
  const code = resultCode(error);
  return code !== null && ((code & 0xff) === SQLITE_BUSY || (code & 0xff) === SQLITE_LOCKED);
}

export function isUniqueViolation(error: unknown): boolean {
  const code = resultCode(error);
  return code === SQLITE_CONSTRAINT_UNIQUE || code === SQLITE_CONSTRAINT_PRIMARYKEY;
}

/** What is wrong with the database file, in words; other errors come back as they are. */
export function explain(error: unknown, path: string): unknown {
  const code = resultCode(error);
  if (code === null) return error;
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return new StoreError(
        "store_busy",
        `The database ${path} was locked by another process for too long. Look for one that hangs.`,
        error,
      );
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT:
      return new StoreError(
        "store_damaged",
        `The database ${path} is damaged, or is not a database. Keep a copy of it, then put a backup in its place or move it away to begin with an empty one.`,
        error,
      );
    case SQLITE_FULL:
      return new StoreError(
        "no_space",
        `There is no space left for the database ${path}. Free some space.`,
        error,
      );
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_CANTOPEN:
      return new StoreError(
        "write_denied",
        `The database ${path} cannot be opened for writing. Let the user Haulyard runs as write to the file and its folder.`,
        error,
      );
    case SQLITE_IOERR:
      return new StoreError(
        "disk_failed",
        `The disk failed while the database ${path} was read or written. Check its health, its space and the system log.`,
        error,
      );
    default:
      return error;
  }
}
