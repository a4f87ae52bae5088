/** A list of downloads from a file: what stands in it is read by `src/catalog/lists/parse-list.ts`. */
import { readFileSync } from "node:fs";
import type { ListEntry } from "../../catalog/lists/list-entry.ts";
import { isFault } from "../../catalog/lists/list-entry.ts";
import { parseList } from "../../catalog/lists/parse-list.ts";
import { UsageError } from "../usage-error.ts";

/** @param file its path, or `-` for stdin */
export function readListText(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`--input-file: ${file} cannot be read (${code}).`, { cause: error });
  }
}

/** Of a list with a fault nothing is fetched: the fault is mended in a moment. */
export function readList(file: string): ListEntry[] {
  const named = file === "-" ? "stdin" : file;
  return parseList(readListText(file)).map((item) => {
    const where = `${named}, ${item.where}`;
    if (isFault(item)) throw new UsageError(`${where}: ${item.reason}.`);
    return { ...item, where };
  });
}
