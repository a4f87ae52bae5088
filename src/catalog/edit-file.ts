import { realpath } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { makeFolders } from "../disk/make-folders.ts";
import { CatalogueError, type CatalogueEdit } from "../job/catalog-contract.ts";
import { readText, replaceText } from "./catalog-file.ts";
import { codeOf } from "./error-code.ts";
import type { CatalogueText } from "./catalogue-text.ts";
import type { Change } from "./edit-catalogue.ts";
import { lockFile, type FileLock } from "./file-lock.ts";

/** Edits are tried this often when another program writes the file in between; each try takes milliseconds. */
const MAX_TRIES = 10;

export type FileEditor = (change: (now: CatalogueText) => Promise<Change>) => Promise<CatalogueEdit>;

/**
 * Edits of a file, one after the other: within this process by waiting for the one before, among processes
 * that use this lock by the lock, and against everybody else (an editor, a script) by looking again right
 * before the file is replaced.
 *
 * @param load reads the file, or what stands in for it while it does not exist
 */
export function createFileEditor(file: string, load: () => Promise<CatalogueText>): FileEditor {
  let before: Promise<unknown> = Promise.resolve();
  return (change) => {
    const edit = before.then(() => editLocked(file, load, change));
    before = edit.catch(() => undefined);
    return edit;
  };
}

async function editLocked(
  file: string,
  load: () => Promise<CatalogueText>,
  change: (now: CatalogueText) => Promise<Change>,
): Promise<CatalogueEdit> {
  for (let tries = 0; tries < MAX_TRIES; tries++) {
    const lock = await takeLock(file);
    try {
      const now = await load();
      const { edit, text } = await change(now);
      if (text === null || (text === now.text && now.file === file)) return edit;
      const found = now.file === file ? now.text : null;
      const unchanged = async (): Promise<boolean> => (await lock.held()) && (await readText(file)) === found;
      if (await replaceText(file, text, unchanged)) return edit;
    } finally {
      await lock.release();
    }
  }
  return { kind: "conflict", message: `Another program keeps changing ${file}; try again.` };
}

async function takeLock(file: string): Promise<FileLock> {
  // Behind a link the file itself is locked, whatever name it is reached by.
  const target = await realpath(file).catch(() => file);
  try {
    await makeFolders(dirname(target));
    const lock = await lockFile(join(dirname(target), `.${basename(target)}.lock`));
    if (lock !== null) return lock;
  } catch (error) {
    throw new CatalogueError(
      file,
      `cannot be edited (${codeOf(error) ?? String(error)}); nothing was changed`,
    );
  }
  throw new CatalogueError(file, "is being edited by another program for too long; nothing was changed");
}
