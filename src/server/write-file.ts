/** Files that other programs read while they are replaced, and that must survive a power cut. */
import { constants, statSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { copyFile, open, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolders } from "../disk/make-folders.ts";
import { replaceFile, syncFolder } from "../disk/replace-file.ts";

/** Tells one file from another without reading it: what another program writes changes a part of it. */
export type FileIdentity = string;

/** Null if there is no such file. */
export async function identify(path: string): Promise<FileIdentity | null> {
  try {
    return identityOf(await stat(path, { bigint: true }));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  }
}

/**
 * Puts a text in the place of a file's content: all of it or nothing, and on the disk when the promise resolves.
 *
 * @param known what lies there as far as the caller knows: anything else is not overwritten
 * @returns the identity of what was written, even if another program has replaced it since; null: nothing was
 */
export async function replaceKnown(
  path: string,
  text: string,
  known: FileIdentity | null,
): Promise<FileIdentity | null> {
  await makeFolders(dirname(path));
  const stillValid = async (): Promise<boolean> => {
    // Looked at in the same turn as it is replaced: what others write in between would be lost with the old file.
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    return (there === undefined ? null : identityOf(there)) === known;
  };
  const written = await replaceFile(path, text, { stillValid });
  return written === null ? null : identityOf(written);
}

/** Copies a file beside itself as `NAME.rejected-<time>`; answers the copy's path. Never overwrites one. */
export async function keepRejected(path: string, now: number): Promise<string> {
  const time = new Date(now).toISOString().replaceAll(":", "-");
  for (let number = 1; ; number += 1) {
    const copy = `${path}.rejected-${time}${number === 1 ? "" : `-${number}`}`;
    try {
      await copyFile(path, copy, constants.COPYFILE_EXCL);
      await syncFile(copy);
      await syncFolder(dirname(copy));
      return copy;
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
}

function identityOf({ ino, size, mtimeNs }: BigIntStats): FileIdentity {
  return `${ino}:${size}:${mtimeNs}`;
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
