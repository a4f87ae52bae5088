/** What is known of the files of this machine: where they lie, how large they are, which bytes they have. */
import type { Source } from "./job.ts";

/** How a file came, where a download of ours brought it and it has not changed since. */
export interface FileOrigin {
  source: Source;
  /** As the job had it: may hold secrets, show it through `redactUrl` only. */
  url: string;
}

/** A file as it is on the disk now. */
export interface IndexedFile {
  /** Absolute. */
  path: string;
  /** Bytes. */
  size: number;
  /** Epoch milliseconds. */
  modifiedAt: number;
  /** Of these very bytes, lower-case hexadecimal; null while nobody has read them. */
  sha256: string | null;
  origin: FileOrigin | null;
}

export interface FileQuery {
  sha256: string;
  /** Bytes, where they are known, too. */
  size?: number | null;
}

/**
 * The files under the folders of models, images and downloads. What it says is held against the disk before it is
 * said: of a file that was changed behind its back it knows no hash until somebody has read it again.
 */
export interface FileIndex {
  /** All files with these bytes, as far as they were read. */
  find(query: FileQuery): Promise<IndexedFile[]>;
  /** Null: there is no such file. Of files outside the folders only what the disk says. */
  describe(path: string): Promise<IndexedFile | null>;
  /** The hash of the file, read for it if it has to be. Null: there is no such file, it changed meanwhile, or `signal` aborted. */
  hashNow(path: string, signal: AbortSignal): Promise<string | null>;
  /**
   * Files below a folder in the order of their paths, after `after`. Up to `limit`: null says that there are no more.
   */
  list(query: FileListQuery): Promise<{ files: IndexedFile[]; next: string | null }>;
}

export interface FileListQuery {
  /** Absolute; null for all. */
  under: string | null;
  /** `next` of the page before. */
  after: string | null;
  /** 1 to 1000. */
  limit: number;
}
