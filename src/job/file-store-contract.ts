/** What the index of files asks of the store. It keeps what the index found out; it never looks at the disk. */
import type { FileOrigin } from "./file-index-contract.ts";
import type { FileStamp } from "./file-stamp.ts";

/** What came of holding a file against the hash it has to have. */
export interface FileCheck {
  /** Epoch milliseconds. */
  at: number;
  verdict: "right" | "wrong";
  /** The hash it was held against, and who says so. */
  expected: string;
  origin: string;
}

export interface FileRecord extends FileStamp {
  /** Absolute. */
  folder: string;
  name: string;
  /** Of the bytes under this stamp; null while nobody has read them. */
  sha256: string | null;
  /** Nothing of the stamp has changed since it was read. */
  isSure: boolean;
  /** When it was seen first. Epoch milliseconds. */
  foundAt: number;
  origin: FileOrigin | null;
  check: FileCheck | null;
}

export interface FilePlace {
  folder: string;
  name: string;
}

export interface FilePageQuery {
  /** Absolute; null for all. */
  under: string | null;
  after: FilePlace | null;
  /** 1 to 1000. */
  limit: number;
}

/** Files of one machine. Lists in an argument are some hundreds long at most. */
export interface FileStore {
  get(place: FilePlace): Promise<FileRecord | null>;
  /** Those of these names. */
  inFolder(folder: string, names: readonly string[]): Promise<FileRecord[]>;
  /** Names of a folder in their order, after `after`. */
  names(folder: string, after: string | null, limit: number): Promise<string[]>;
  /** Files that have these numbers on their disks: of one that was moved, what is known of it. */
  byInode(inodes: readonly string[]): Promise<FileRecord[]>;
  byHash(sha256: string, limit: number): Promise<FileRecord[]>;
  bySize(size: number, limit: number): Promise<FileRecord[]>;
  /** Files nobody has read, the largest first: they are those a download takes longest for. */
  unread(after: (FilePlace & { size: number }) | null, limit: number): Promise<FileRecord[]>;
  /** In the order of folders, then names. */
  page(query: FilePageQuery): Promise<FileRecord[]>;
  /** The folder that has files and comes next. */
  folderAfter(folder: string | null): Promise<string | null>;
  /** New ones, and all that is known of old ones. A power cut may undo it: it is found out again. */
  save(records: readonly FileRecord[]): Promise<void>;
  remove(folder: string, names: readonly string[]): Promise<void>;
}
