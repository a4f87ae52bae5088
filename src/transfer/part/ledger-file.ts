/** Reading and writing the two files beside a destination, never through a symbolic link. */
import { constants } from "node:fs";
import { lstat, open, rename, unlink } from "node:fs/promises";
import { dirname } from "node:path";
import { failure } from "../../job/failure.ts";
import { errorCode, FileRefused } from "../disk/classify-disk-error.ts";
import type { Ledger } from "./ledger.ts";
import { MAX_LEDGER_BYTES, parseLedger, serializeLedger } from "./ledger.ts";
import { syncFolder } from "../disk/sync-folder.ts";

export function partPath(path: string): string {
  return `${path}.part`;
}

export function ledgerPath(path: string): string {
  return `${path}.part.json`;
}

/** Where a ledger is written before it gets its name; a kill may leave it. */
export function ledgerDraftPath(path: string): string {
  return `${ledgerPath(path)}.tmp`;
}

/** Null if there is none, or none that can be used. Rejects with FileRefused for what is not a regular file. */
export async function readLedger(path: string): Promise<Ledger | null> {
  const file = ledgerPath(path);
  if (!(await isRegular(file))) return null;
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    const { size } = await handle.stat();
    return size > MAX_LEDGER_BYTES ? null : parseLedger(await handle.readFile("utf8"));
  } finally {
    await handle.close();
  }
}

/**
 * Writes the ledger so that at any moment, power loss included, either the old or the new one is there.
 *
 * @param lasting waits until the new one is there for sure: needed before bytes that the old one claims change
 */
export async function writeLedger(path: string, ledger: Ledger, lasting: boolean): Promise<void> {
  const file = ledgerPath(path);
  const draft = ledgerDraftPath(path);
  await removeIfThere(draft);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
  const handle = await open(draft, flags, 0o644);
  try {
    await handle.writeFile(serializeLedger(ledger));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(draft, file);
  if (lasting) await syncFolder(dirname(path));
}

/** Deletes ledger and partial. The ledger goes first, lastingly: bytes that no ledger claims are never used. */
export async function removePartial(path: string): Promise<void> {
  await removeIfThere(ledgerPath(path));
  await removeIfThere(ledgerDraftPath(path));
  await syncFolder(dirname(path));
  await removeIfThere(partPath(path));
}

export async function removeIfThere(file: string): Promise<void> {
  try {
    await unlink(file);
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}

/** False if there is nothing. Anything but a regular file is refused: it is not ours to write through. */
export async function isRegular(file: string): Promise<boolean> {
  try {
    const facts = await lstat(file);
    if (facts.isFile()) return true;
    const what = facts.isSymbolicLink()
      ? "a symbolic link"
      : facts.isDirectory()
        ? "a folder"
        : "no regular file";
    throw new FileRefused(
      failure("path_refused", `${file} is ${what}; the partial file would go there.`, {
        advice: "Remove it, or download to another folder.",
      }),
    );
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}
