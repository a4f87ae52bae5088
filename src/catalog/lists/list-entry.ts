/** What a list says of one download. */
import type { ChecksumAlgorithm } from "../../job/job.ts";

export interface ListEntry {
  /** The address, then others of the same bytes. */
  urls: readonly string[];
  /** Where it stands: `line 3`. */
  where: string;
  /** Name of the file, or path below its folder. */
  out: string | null;
  dir: string | null;
  checksum: { algorithm: ChecksumAlgorithm; hex: string } | null;
  /** `Name: value`. */
  headers: readonly string[];
}

/** A line that says nothing that could be done. The reason holds nothing of the line: it may be a secret. */
export interface ListFault {
  where: string;
  reason: string;
}

export type ListItem = ListEntry | ListFault;

export function isFault(item: ListItem): item is ListFault {
  return "reason" in item;
}

export function entryAt(where: string, urls: readonly string[]): ListEntry {
  return { urls, where, out: null, dir: null, checksum: null, headers: [] };
}
