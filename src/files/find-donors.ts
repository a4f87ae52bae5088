/** Files here that have the bytes a download wants. */
import { join } from "node:path";
import { isSameContent, isUntouched } from "../job/file-stamp.ts";
import type { FileStamp } from "../job/file-stamp.ts";
import type { FileRecord, FileStore } from "../job/file-store-contract.ts";
import type { Donor, FindDonors } from "../job/transfer-contract.ts";
import { lookAtPath } from "./look-at-path.ts";
import type { HashName } from "./worker-messages.ts";

/** Files of one hash that are offered; more copies help nobody. */
const MOST_OFFERED = 8;
/** Files of the right size that are read to find out whether they are it. */
const MOST_READ = 3;
/** Below this a download takes no longer than finding out. Bytes. */
const WORTH_READING_BYTES = 4 * 1024 * 1024;

export interface DonorParts {
  store: FileStore;
  /** Reads a file at once; null if it changed meanwhile. */
  read(
    path: string,
    algorithm: HashName,
    signal: AbortSignal,
  ): Promise<{ hex: string; stamp: FileStamp } | null>;
}

export function createDonors({ store, read }: DonorParts): FindDonors {
  return async ({ checksum, size, path }, signal) => {
    const { algorithm, hex } = checksum;
    const wanted = hex.toLowerCase();
    const isOther = (record: FileRecord): boolean => join(record.folder, record.name) !== path;
    const known = algorithm === "sha256" ? await store.byHash(wanted, MOST_OFFERED) : [];
    const donors: Donor[] = [];
    for (const record of known) {
      const donor =
        isOther(record) && (size === null || record.size === size) ? await stillThere(record) : null;
      if (donor !== null) donors.push(donor);
    }
    if (donors.length > 0 || size === null || size < WORTH_READING_BYTES || algorithm === "blake3")
      return donors;
    const strangers = (await store.bySize(size, MOST_OFFERED))
      .filter((record) => isOther(record) && (algorithm !== "sha256" || record.sha256 === null))
      .slice(0, MOST_READ);
    for (const record of strangers) {
      const donor = join(record.folder, record.name);
      const found = await read(donor, algorithm, signal);
      if (found?.hex === wanted) return [{ path: donor, stamp: found.stamp, isSure: true }];
    }
    return [];
  };
}

async function stillThere(record: FileRecord): Promise<Donor | null> {
  const path = join(record.folder, record.name);
  const stamp = await lookAtPath(path);
  if (stamp === null || !isSameContent(stamp, record)) return null;
  return { path, stamp, isSure: record.isSure && isUntouched(stamp, record) };
}
