/** What the index and its worker say to each other. */
import type { FileStamp } from "../job/file-stamp.ts";
import type { ChecksumAlgorithm } from "../job/job.ts";

/** `node:crypto` counts all of them but BLAKE3. */
export type HashName = Exclude<ChecksumAlgorithm, "blake3">;

export interface SeenFile extends FileStamp {
  name: string;
}

export type WorkerRequest =
  /** The next files of a folder; from 0 on it is read anew. */
  | { kind: "folder"; folder: string; from: number }
  /** When these folders were changed last. */
  | { kind: "changes"; folders: readonly string[] }
  | { kind: "hash"; path: string; algorithm: HashName; restRatio: number };

/** A part of a folder. */
export interface FolderPart {
  /** Null: it is gone, or no folder. */
  mtimeNs: string | null;
  files: SeenFile[];
  /** Names of the folders in it; with the first part only. */
  subfolders: string[];
  /** Where the next part begins; null: this was the last. */
  next: number | null;
  /** Why it cannot be looked at, though it is there. */
  trouble: string | null;
}

export type HashAnswer =
  | { kind: "hashed"; hex: string; stamp: FileStamp }
  /** It changed while it was read, or is no regular file any more. */
  | { kind: "changed" }
  | { kind: "stopped" }
  | { kind: "failed"; code: string };

export interface WorkerAnswers {
  folder: FolderPart;
  /** Null for those that are gone. */
  changes: (string | null)[];
  hash: HashAnswer;
}

export type WorkerAnswer = WorkerAnswers[keyof WorkerAnswers];

/** Places in the memory that both see. */
export const CONTROL = 0;
/** What `CONTROL` may be. */
export const GO = 0;
export const PAUSE = 1;
export const STOP = 2;
