/** A move of the queue of this machine, with nobody at work on it. */
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { finishRestore } from "../backup/restore-backup.ts";
import { lockDatabase, lockDataFolder } from "../store/lock-data-folder.ts";
import type { DataFolderLock } from "../store/lock-data-folder.ts";
import { StoreError } from "../store/store-error.ts";
import { ComparisonError } from "./copy-rows.ts";
import type { Address } from "./database.ts";
import { moveQueue, undoMove } from "./move-queue.ts";
import type { MoveOutcome, UndoOutcome } from "./move-queue.ts";

/** Why nothing was done. */
export type Trouble =
  | Extract<MoveOutcome, { kind: "refused" }>
  | { kind: "absent"; message: string }
  /** What arrived was not what was sent. */
  | { kind: "different"; message: string }
  | { kind: "failed"; message: string; away: boolean };

export interface MoveHere {
  from: Address;
  to: Address;
  /** The data folder of the server. */
  data: string;
  now: number;
}

export function moveHere({ from, to, data, now }: MoveHere): Promise<MoveOutcome | Trouble> {
  return alone(data, [from, to], () => moveQueue(from, to, now));
}

export function undoHere({ from, data }: Pick<MoveHere, "from" | "data">): Promise<UndoOutcome | Trouble> {
  return alone(data, [from], () => undoMove(from));
}

/** Keeps servers off the databases while the work is done, and puts what went wrong into words. */
async function alone<T>(
  data: string,
  addresses: readonly [Address, ...Address[]],
  work: () => Promise<T>,
): Promise<T | Trouble> {
  const [from] = addresses;
  if (from.kind === "sqlite" && !existsSync(from.file))
    return { kind: "absent", message: `There is no database ${from.file}.` };
  const locks: DataFolderLock[] = [];
  try {
    const files = addresses.flatMap((address) => (address.kind === "sqlite" ? [address.file] : []));
    for (const { path, lock, restore } of placesOf(data, files)) {
      const held = lock();
      if (held === null)
        return {
          kind: "refused",
          message: `A server is running on ${path}.`,
          advice:
            "Stop it first, it need not be long: downloads go on from their bytes, commands on instances run on.",
        };
      locks.push(held);
      if (restore) await finishRestore(path);
    }
    return await work();
  } catch (error) {
    if (error instanceof ComparisonError) return { kind: "different", message: error.message };
    if (!(error instanceof StoreError)) throw error;
    return { kind: "failed", message: error.message, away: error.code === "store_unreachable" };
  } finally {
    for (const lock of locks) lock.release();
  }
}

interface LockedPlace {
  path: string;
  /** Null if a server has it. */
  lock: () => DataFolderLock | null;
  /** Whether a restore may have been broken off there. */
  restore: boolean;
}

/** Where servers of these databases hold locks: on data folders, and beside a file that lies outside of theirs. */
function placesOf(data: string, files: readonly string[]): LockedPlace[] {
  const folders = new Set([data, ...files.map((file) => dirname(file))]);
  return [
    ...[...folders]
      .filter(isServed)
      .map((path) => ({ path, lock: () => lockDataFolder(path), restore: true })),
    ...files.map((path) => ({ path, lock: () => lockDatabase(path), restore: false })),
  ];
}

/** A folder in which no server ever was needs no lock, and gets none: it may be anybody's. */
function isServed(folder: string): boolean {
  return existsSync(join(folder, "server.lock"));
}
