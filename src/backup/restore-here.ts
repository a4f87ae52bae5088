/** A restore into a data folder that nobody serves from. */
import { makeFolders, whyNotMade } from "../disk/make-folders.ts";
import { BackupError } from "../job/backup-contract.ts";
import { lockDataFolder } from "../store/lock-data-folder.ts";
import { StoreError } from "../store/store-error.ts";
import { isThere } from "./disk.ts";
import type { BackupPlaces } from "./places.ts";
import { restoreBackup } from "./restore-backup.ts";
import type { Restored } from "./restore-backup.ts";

export type RestoreOutcome =
  | ({ kind: "restored" } & Restored)
  | { kind: "refused"; message: string; advice: string }
  /** Another folder has to be named. */
  | { kind: "bad_folder"; message: string }
  | { kind: "failed"; message: string };

/** @param replace what is there may be replaced; it is kept */
export async function restoreHere(
  file: string,
  places: BackupPlaces,
  how: { replace: boolean; now: number },
): Promise<RestoreOutcome> {
  try {
    await makeFolders(places.data, 0o700);
  } catch (error) {
    const { why, isBadName } = whyNotMade(error);
    const message = `The data folder ${places.data} cannot be made (${why}).`;
    return { kind: isBadName ? "bad_folder" : "failed", message };
  }
  try {
    const lock = lockDataFolder(places.data, places.database);
    if (lock === null)
      return {
        kind: "refused",
        message: `A server is running on ${places.data}.`,
        advice: "Stop it first: what it holds in memory would be written over the backup.",
      };
    try {
      return await restoreLocked(file, places, how);
    } finally {
      lock.release();
    }
  } catch (error) {
    const isTold = error instanceof BackupError || error instanceof StoreError || isOfDisk(error);
    if (!isTold) throw error;
    return { kind: "failed", message: error.message };
  }
}

async function restoreLocked(
  file: string,
  places: BackupPlaces,
  { replace, now }: { replace: boolean; now: number },
): Promise<RestoreOutcome> {
  if (!replace && isThere(places.database))
    return {
      kind: "refused",
      message: `There is a database already: ${places.database}.`,
      advice: "Give --replace to put the backup in its place; what is there is kept beside it.",
    };
  return { kind: "restored", ...(await restoreBackup(file, places, now)) };
}

/** What the system says names the file and what is wrong with it. */
function isOfDisk(error: unknown): error is Error {
  return error instanceof Error && "code" in error && "syscall" in error;
}
