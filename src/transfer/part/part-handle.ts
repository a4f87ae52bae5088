/** The partial file as the file system has it: made anew, or opened again as far as its ledger is true. */
import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { clipRanges, countBytes } from "./byte-ranges.ts";
import { fileIdOf } from "./file-id.ts";
import { isRegular, ledgerPath, partPath, removeIfThere, writeLedger } from "./ledger-file.ts";
import type { Ledger } from "./ledger.ts";

export interface OpenPart {
  handle: FileHandle;
  /** Inode and time of birth, see `fileIdOf`. */
  fileId: string;
  /** What is true of the file. */
  ledger: Ledger;
  /** It is not the file that was written, as far as the file system knows: its bytes have to be compared. */
  moved: boolean;
}

/**
 * Begins with nothing. What lies there goes; before that, the ledger says lastingly that nothing counts. The file
 * comes before its own ledger, so that what makes the one lasting does so with the other's name.
 *
 * @param confirm rejects if they are somebody else's by now
 */
export async function createPart(
  path: string,
  ledger: Ledger,
  confirm: () => Promise<void>,
): Promise<OpenPart> {
  const file = partPath(path);
  await isRegular(file);
  await confirm();
  const empty: Ledger = { ...ledger, done: [], complete: false };
  if (await isRegular(ledgerPath(path))) await writeLedger(path, empty, true);
  // A new file, not the old one emptied: that one may have a second name by now (the final one).
  await removeIfThere(file);
  const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(file, flags, 0o666);
  try {
    await writeLedger(path, empty, true);
    return { handle, fileId: await fileIdOf(handle), ledger: empty, moved: false };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/**
 * Opens what the ledger claims. Null if the bytes it claims are not there.
 *
 * A file with another id is not the one that was written: moved with its folder to another disk, or
 * something else altogether. Then the end is not counted in, so that it is fetched and compared.
 *
 * @param overlapBytes how much of the end that is
 */
export async function reopenPart(
  path: string,
  ledger: Ledger,
  overlapBytes: number,
): Promise<OpenPart | null> {
  const file = partPath(path);
  if (!(await isRegular(file))) return null;
  if ((await lstat(file)).nlink > 1) return null; // has a second name: not ours alone to write to
  const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    const fileId = await fileIdOf(handle);
    const moved = fileId !== ledger.fileId;
    const there = clipRanges(ledger.done, size);
    const done = moved ? clipRanges(there, Math.max(0, (there.at(-1)?.[1] ?? 0) - overlapBytes)) : there;
    const complete = ledger.complete && countBytes(done) === ledger.facts.size;
    if (done.length === 0 && !complete) {
      await handle.close();
      return null;
    }
    // What lies behind the last claim was never synced, or is of another time.
    await handle.truncate(done.at(-1)?.[1] ?? 0);
    return { handle, fileId, ledger: { ...ledger, done, complete }, moved };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Whether the name of the partial leads to this file. */
export async function isStillNamed(path: string, handle: FileHandle): Promise<boolean> {
  const [own, named] = await Promise.all([handle.stat(), lstat(partPath(path)).catch(() => null)]);
  return named !== null && named.ino === own.ino && named.dev === own.dev;
}
