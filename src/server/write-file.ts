/** Files that other programs read while they are replaced, and that must survive a power cut. */
import { constants } from "node:fs";
import type { BigIntStats } from "node:fs";
import { copyFile, mkdir, open, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

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
 * Puts a text in the place of a file's content: all of it or nothing, and on the disk when the promise
 * resolves (data fsync → rename → folder fsync).
 *
 * @param known what lies there as far as the caller knows: anything else is not overwritten
 * @returns the identity of what was written, even if another program has replaced it since; null: nothing was
 */
export async function replaceFile(
  path: string,
  text: string,
  known: FileIdentity | null,
): Promise<FileIdentity | null> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temp = `${tempPrefix(path)}${process.pid}.tmp`;
  let identity: FileIdentity;
  try {
    const handle = await open(temp, "w");
    try {
      await handle.writeFile(text, "utf8");
      await handle.sync();
      identity = identityOf(await handle.stat({ bigint: true }));
    } finally {
      await handle.close();
    }
    // Looked at last: syncing takes long enough for another program to write meanwhile.
    if ((await identify(path)) !== known) {
      await unlink(temp);
      return null;
    }
    await rename(temp, path);
  } catch (error) {
    await unlink(temp).catch(() => undefined);
    throw error;
  }
  await syncFolder(folder);
  return identity;
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

/** Deletes what a process that was killed while it wrote has left. */
export async function sweepTemps(path: string): Promise<void> {
  const prefix = basename(tempPrefix(path));
  const names = await readdir(dirname(path)).catch(() => []);
  const temps = names.filter(
    (name) => name.startsWith(prefix) && /^\d+\.tmp$/.test(name.slice(prefix.length)),
  );
  await Promise.all(temps.map((name) => unlink(join(dirname(path), name)).catch(() => undefined)));
}

function identityOf({ ino, size, mtimeNs }: BigIntStats): FileIdentity {
  return `${ino}:${size}:${mtimeNs}`;
}

function tempPrefix(path: string): string {
  // With its own dot, if it has one: `x` and `.x` are two files.
  return join(dirname(path), `.${basename(path)}.`);
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk only once the folder is (fsync(2)). */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
