/** Before a database gets a newer schema, a copy of it is kept: the program before can go on from it. */
import { readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { copyDatabase } from "./copy-database.ts";

/** Copies kept of a database: the schemas of the last few releases; each copy is as large as the database was. */
const COPIES_KEPT = 3;

/**
 * Copies the database to `<path>.before-<version>`, the version being the first it does not have. The oldest copies
 * beyond `COPIES_KEPT` go.
 *
 * @returns the copy's path
 * @throws StoreError if there is no room for it, say
 */
export async function keepBeforeUpgrade(path: string, version: number): Promise<string> {
  const copy = `${path}.before-${version}`;
  const temporary = `${copy}.${process.pid}.tmp`;
  rmSync(temporary, { force: true });
  await copyDatabase(path, temporary);
  renameSync(temporary, copy);
  dropOldest(path);
  return copy;
}

function dropOldest(path: string): void {
  const prefix = `${basename(path)}.before-`;
  const versions = readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length))
    .filter((rest) => /^\d+$/.test(rest))
    .map(Number)
    .toSorted((a, b) => b - a);
  for (const version of versions.slice(COPIES_KEPT)) rmSync(join(dirname(path), `${prefix}${version}`));
}
