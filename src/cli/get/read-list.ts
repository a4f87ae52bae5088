/** A list of downloads from a file: what stands in it is read by `src/catalog/lists/parse-list.ts`. */
import { closeSync, openSync, readSync } from "node:fs";
import type { ListEntry } from "../../catalog/lists/list-entry.ts";
import { isFault } from "../../catalog/lists/list-entry.ts";
import { parseList } from "../../catalog/lists/parse-list.ts";
import { UsageError } from "../usage-error.ts";

/** A million addresses: what is longer is no list, and may have no end (/dev/zero). */
const MAX_LIST_MIB = 64;
const READ_BYTES = 1024 * 1024;

/** @param file its path, or `-` for stdin */
export function readListText(file: string): string {
  try {
    const fd = file === "-" ? 0 : openSync(file, "r");
    try {
      return readToEnd(fd, file);
    } finally {
      if (fd !== 0) closeSync(fd);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`--input-file: ${file} cannot be read (${code}).`, { cause: error });
  }
}

function readToEnd(fd: number, file: string): string {
  const pieces: Buffer[] = [];
  for (let left = MAX_LIST_MIB * 1024 * 1024; ;) {
    const piece = Buffer.allocUnsafe(READ_BYTES);
    const bytes = readSync(fd, piece);
    if (bytes === 0) return Buffer.concat(pieces).toString("utf8");
    pieces.push(piece.subarray(0, bytes));
    left -= bytes;
    if (left < 0)
      throw new UsageError(`--input-file: ${file} is longer than ${MAX_LIST_MIB} MiB: no list is that long.`);
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
