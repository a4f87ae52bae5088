/** Copies of a database of ours: while it is used, whole, and checked. */
import { closeSync, fsyncSync, openSync, rmSync } from "node:fs";
import { backup, DatabaseSync } from "node:sqlite";
import { MOVED_VERSION, movedError, parseMovedMark } from "./moved-mark.ts";
import { BUSY_DEADLINE_MS } from "./sqlite-driver.ts";
import { explain } from "./sqlite-errors.ts";
import { StoreError } from "./store-error.ts";

const OWNER_ONLY = 0o600;
/** All pages in one step: a copy taken in several begins anew whenever somebody writes in between. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies the database as it is at one moment, whoever uses it meanwhile (https://sqlite.org/backup.html). The pages
 * are copied on a thread of their own. The copy is one file, synced, for its owner only.
 *
 * @param to nothing may be there
 * @throws StoreError
 */
export async function copyDatabase(from: string, to: string): Promise<void> {
  closeSync(openSync(to, "wx", OWNER_ONLY));
  try {
    // A second connection: transactions of the first may be open for as long as they like.
    const source = new DatabaseSync(from, { readOnly: true, timeout: BUSY_DEADLINE_MS });
    try {
      await backup(source, to, { rate: ALL_PAGES });
    } finally {
      source.close();
    }
    settle(to);
  } catch (error) {
    rmSync(to, { force: true });
    throw explain(error, from);
  }
}

/** Makes one file of the copy, whatever mode its source was in, and makes it lasting. */
function settle(copy: string): void {
  const database = new DatabaseSync(copy);
  try {
    database.exec("pragma journal_mode = delete");
  } finally {
    database.close();
  }
  syncFile(copy);
}

export function syncFile(path: string): void {
  const file = openSync(path, "r+");
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/**
 * The version of the schema of a database that nobody uses, every page of it looked at.
 *
 * @throws StoreError if it is damaged, or of another program
 */
export function examineDatabase(path: string): number {
  let database: DatabaseSync | undefined;
  try {
    database = new DatabaseSync(path, { readOnly: true });
    const [row] = database.prepare("pragma quick_check(1)").all();
    if (row?.["quick_check"] !== "ok")
      throw new StoreError(
        "store_damaged",
        `The database ${path} is damaged: ${String(row?.["quick_check"])}`,
      );
    return schemaVersion(database, path);
  } catch (error) {
    throw explain(error, path);
  } finally {
    database?.close();
  }
}

function schemaVersion(database: DatabaseSync, path: string): number {
  const list = database.prepare("select 1 from sqlite_schema where name = 'schema_versions'").get();
  if (list === undefined) throw new StoreError("store_foreign", `${path} is a database of another program.`);
  const mark = database.prepare("select name from schema_versions where version = ?").get(MOVED_VERSION);
  if (mark !== undefined) throw movedError(path, parseMovedMark(String(mark["name"])));
  return Number(database.prepare("select max(version) as version from schema_versions").get()?.["version"]);
}
