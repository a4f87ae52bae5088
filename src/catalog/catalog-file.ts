/** The catalogue file on the disk: read whole, replaced whole. */
import { readFile, realpath, stat } from "node:fs/promises";
import { replaceFile } from "../disk/replace-file.ts";
import { CatalogueError } from "../job/catalog-contract.ts";
import { codeOf } from "./error-code.ts";

/** Largest catalogue that is read: some ten thousand entries. A larger file is not a catalogue. */
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** The text of a file, or null if there is no such file. */
export async function readText(file: string): Promise<string | null> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES)
      throw new CatalogueError(file, `is larger than ${MAX_FILE_BYTES} bytes, it cannot be a catalogue`);
    // `fatal`: bytes that are not UTF-8 would come back as replacement characters after an edit.
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof CatalogueError) throw error;
    if (codeOf(error) === "ENOENT") return null;
    throw new CatalogueError(
      file,
      codeOf(error) === undefined || error instanceof TypeError
        ? "is not UTF-8 text"
        : `cannot be read (${codeOf(error)})`,
    );
  }
}

/**
 * Puts a text in the place of a file's content: all of it or nothing, and on the disk when the promise
 * resolves. Mode and owner stay; a link stays a link.
 *
 * @param stillValid asked right before the file is replaced; false leaves everything as it is
 * @returns false if `stillValid` said so
 */
export async function replaceText(
  file: string,
  text: string,
  stillValid: () => Promise<boolean>,
): Promise<boolean> {
  const target = await realpath(file).catch(() => file);
  try {
    return (await replaceFile(target, text, { stillValid })) !== null;
  } catch (error) {
    if (error instanceof CatalogueError || codeOf(error) === undefined) throw error;
    throw new CatalogueError(file, `cannot be written (${codeOf(error)}); nothing was changed`);
  }
}
