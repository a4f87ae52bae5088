/** What keeps the index of files, besides answering for it. */
import type { FileIndex, FileListQuery } from "./file-index-contract.ts";
import type { FilePlace, FileRecord } from "./file-store-contract.ts";
import type { Checksum, Job } from "./job.ts";
import type { FindDonors } from "./transfer-contract.ts";

/** One folder of a disk, and what lies right in it. */
export interface FolderUse {
  /** Absolute. */
  folder: string;
  files: number;
  bytes: number;
  /** Bytes of files nobody has read for their hash. */
  unreadBytes: number;
}

export interface IndexState {
  /** The folders whose files it knows. */
  roots: readonly string[];
  /** False until all of them were looked through once. */
  isComplete: boolean;
  /** The file that is read for its hash at present. */
  reading: string | null;
  /** Folders that could not be looked at, and why: sentences. */
  troubles: readonly string[];
}

export interface FileKeeper extends FileIndex {
  /** Looks through the folders and reads files, bit by bit, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
  state(): IndexState;
  /** Disk use folder by folder, in the order of their paths; as the last look said. */
  folders(): readonly FolderUse[];
  records(query: FileListQuery): Promise<{ files: FileRecord[]; next: string | null }>;
  recordOf(place: FilePlace): Promise<FileRecord | null>;
  /** Files that have the bytes a download wants. */
  donors: FindDonors;
  /** A download of ours has come whole. */
  noteJob(job: Job): Promise<void>;
  /** Downloads come in at so many bytes per second: as long as they do, files are left unread. */
  noteTraffic(bytesPerSecond: number): void;
  /** Looks through a folder again, soon. */
  lookAgain(folder: string): void;
  /** Holds a file against the hash it has to have; reads it whatever is known of it. Null: it is not there, or changed meanwhile. */
  verify(path: string, expected: Checksum, signal: AbortSignal): Promise<FileRecord | null>;
}
