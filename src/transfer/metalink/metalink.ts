/** What a Metalink says: files, where they can be had, and what they have to be. */
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";

export interface Metalink {
  files: readonly MetalinkFile[];
  /** Files that cannot be fetched as they are described, and why: a sentence for people. */
  faults: readonly MetalinkFault[];
}

export interface MetalinkFile {
  /** Relative path, checked: it stays in its folder. */
  name: string;
  /** Bytes, or null. */
  size: number | null;
  /** Of the whole file; the strongest nothing speaks against, or null. */
  checksum: Checksum | null;
  /** Of its parts, for repairing single ranges; null where there are none or they do not fit the size. */
  pieces: Pieces | null;
  /** http and https, most wanted first; never empty. */
  urls: readonly MetalinkUrl[];
}

export interface MetalinkUrl {
  url: string;
  /** 1 (most wanted) to 999999. */
  priority: number;
  /** ISO 3166-1 alpha-2 code of the country in lower case, or null. */
  location: string | null;
}

export interface Pieces {
  algorithm: ChecksumAlgorithm;
  /** Bytes of each piece but the last. */
  length: number;
  /** Lower-case hexadecimal, in order. */
  hashes: readonly string[];
}

export interface MetalinkFault {
  /** As the document has it. */
  name: string;
  code: "path_refused" | "unsupported";
  reason: string;
}
