/**
 * Folders with what is missing above them. Not by `mkdir` with `recursive`: where a file system has no name for what it
 * refuses (`/proc`), Node tries for ever, on a thread that nobody can end.
 */
import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";

/** Somebody may take away an empty folder while we build on it: this often it is made anew. */
const MOST_TRIES = 10;

/** No fault of whoever named the folder. */
const OF_THE_DISK = new Set(["ENOSPC", "EDQUOT", "EIO"]);

/** Why a folder could not be made, and whether another one has to be named in its place. */
export function whyNotMade(error: unknown): { why: string; isBadName: boolean } {
  const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
  return { why, isBadName: !OF_THE_DISK.has(why) };
}

/** @throws what the system says, with its code */
export async function makeFolders(folder: string, mode?: number): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder, mode);
      return;
    } catch (error) {
      if (!isMissing(error) && (await stat(folder).catch(() => null))?.isDirectory() === true) return;
      if (isLast(error, folder, tries)) throw error;
    }
    await makeFolders(dirname(folder), mode);
  }
}

/** The same where a start, or a line of the log, cannot wait. @throws what the system says, with its code */
export function makeFoldersNow(folder: string, mode?: number): void {
  for (let tries = 1; ; tries += 1) {
    try {
      mkdirSync(folder, mode);
      return;
    } catch (error) {
      if (!isMissing(error) && statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return;
      if (isLast(error, folder, tries)) throw error;
    }
    makeFoldersNow(dirname(folder), mode);
  }
}

function isLast(error: unknown, folder: string, tries: number): boolean {
  return !isMissing(error) || dirname(folder) === folder || tries === MOST_TRIES;
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}
