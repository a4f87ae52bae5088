/** Lock files: what a place has, written down so that another can be made to have the same (docs/lock-file.md). */
import type { Refusal } from "./catalog-contract.ts";
import type { JobDraft, Place } from "./job.ts";

export const LOCK_VERSION = 1;

/** Folders that paths of a lock begin at. `absolute`: none. */
export const LOCK_ROOTS = ["models", "images", "files", "absolute"] as const;
export type LockRoot = (typeof LOCK_ROOTS)[number];

/** One file. What nobody knows is null. */
export interface LockFile {
  root: LockRoot;
  /** Below the root, with `/` between folders. */
  path: string;
  /** As people would ask for it: `hf://org/repo@commit/file`. */
  source: string | null;
  /** Without secrets. */
  url: string | null;
  revision: string | null;
  /** Bytes. */
  size: number | null;
  /** Lower-case hexadecimal. */
  sha256: string | null;
}

export interface LockEntry extends LockFile {
  /** Counts from 1 in the text. */
  line: number;
}

/** An entry that cannot be used. */
export interface LockFault {
  line: number;
  /** The root and path of the entry as far as they can be read, else its number. */
  what: string;
  field: string;
  reason: string;
}

export type LockReading =
  | { kind: "lock"; entries: readonly LockEntry[]; faults: readonly LockFault[] }
  /** The text as a whole is of no use. */
  | { kind: "unreadable"; line: number | null; reason: string };

/** A file of a lock on a place. */
export interface LockItem {
  entry: LockEntry;
  /** Absolute; null where the entry leads nowhere on this place. */
  destination: string | null;
  /** The job that fetches it; null where nobody knows an address. */
  draft: JobDraft | null;
  /** Why it has no destination. */
  problem: string | null;
}

export interface LockPlan {
  kind: "lock";
  place: Place;
  items: readonly LockItem[];
  /** Folders of the place that the lock speaks of: what else is in them is not of the lock. */
  folders: readonly { root: LockRoot; folder: string }[];
}

export interface Locks {
  /** Pure. Never throws. */
  read(text: string): LockReading;
  /** Pure. */
  write(files: readonly LockFile[]): string;
  /** Where files of a lock go. Changes nothing. */
  plan(entries: readonly LockEntry[], to: string | null): Promise<LockPlan | Refusal>;
  /** The root of this machine that a file is in, and its path below. */
  locate(path: string): Promise<Pick<LockFile, "root" | "path">>;
}
