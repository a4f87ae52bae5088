/** A text takes the place of a file's content: all of it or nothing, and lasting. */
import { randomUUID } from "node:crypto";
import { renameSync } from "node:fs";
import type { BigIntStats } from "node:fs";
import { open, readdir, rename, stat, unlink } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

export interface ReplaceOptions {
  /**
   * Asked right before the file is replaced, as syncing takes long enough for others to write; false leaves all as it is.
   * Between the answer and the rename no other work of this process has its turn: on a busy one that would be time enough.
   */
  stillValid?: () => Promise<boolean>;
  /** What the new file has; left out: that of the old one, or the usual. */
  mode?: number;
}

/**
 * Puts a text in the place of a file's content: who reads sees the old one or the new one whole, and the new one is on
 * the disk when the promise resolves (data fsync → rename → folder fsync). Mode and owner of what was there stay.
 *
 * @returns what the new file is to the system; null if `stillValid` said no
 */
export async function replaceFile(
  path: string,
  text: string,
  { stillValid, mode }: ReplaceOptions = {},
): Promise<BigIntStats | null> {
  const temp = `${tempPrefix(path)}${randomUUID()}.tmp`;
  try {
    const written = await writeSynced(temp, text, path, mode);
    if (stillValid === undefined) await rename(temp, path);
    else if (await stillValid()) renameSync(temp, path);
    else return null;
    await syncFolder(dirname(path));
    return written;
  } finally {
    // After the rename there is no such file any more.
    await unlink(temp).catch(() => undefined);
  }
}

/** Deletes what processes that were killed while they wrote have left. For a file that one process alone writes. */
export async function sweepTemps(path: string): Promise<void> {
  const prefix = basename(tempPrefix(path));
  const names = await readdir(dirname(path)).catch(() => []);
  const temps = names.filter((name) => name.startsWith(prefix) && TEMP_END.test(name.slice(prefix.length)));
  await Promise.all(temps.map((name) => unlink(join(dirname(path), name)).catch(() => undefined)));
}

/** The numbers are those of processes: releases before wrote them. */
const TEMP_END = /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})\.tmp$/;

function tempPrefix(path: string): string {
  // With its own dot, if it has one: `x` and `.x` are two files.
  return join(dirname(path), `.${basename(path)}.`);
}

async function writeSynced(
  temp: string,
  text: string,
  target: string,
  mode: number | undefined,
): Promise<BigIntStats> {
  const before = await stat(target).catch(() => null);
  const handle = await open(temp, "wx", mode);
  try {
    if (before !== null) {
      // Only root may give a file away; for others the new file is theirs, as with every editor.
      await handle.chown(before.uid, before.gid).catch(() => undefined);
      if (mode === undefined) await handle.chmod(before.mode & 0o7777);
    }
    await handle.writeFile(text, "utf8");
    await handle.sync();
    return await handle.stat({ bigint: true });
  } finally {
    await handle.close();
  }
}

/** A rename is on the disk only once the folder is (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
