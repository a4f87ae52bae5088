/** A hash as aria2 writes it. Pure. */
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { ListEntry } from "./list-entry.ts";

/** aria2's names of the hashes we know. */
const ALGORITHMS: Readonly<Record<string, ChecksumAlgorithm>> = {
  "sha-256": "sha256",
  "sha-512": "sha512",
  "sha-1": "sha1",
  md5: "md5",
  blake3: "blake3",
};
const DIGITS: Record<ChecksumAlgorithm, number> = { sha256: 64, sha512: 128, sha1: 40, md5: 32, blake3: 64 };

/** `sha-256=9f86d0…`, or why it is none. */
export function readChecksum(value: string): Pick<ListEntry, "checksum"> | string {
  const [, name = "", hex = ""] = /^([^=]+)=([0-9a-f]+)$/i.exec(value) ?? [];
  const algorithm = ALGORITHMS[name.toLowerCase()];
  if (algorithm !== undefined && hex.length === DIGITS[algorithm])
    return { checksum: { algorithm, hex: hex.toLowerCase() } };
  const known = Object.keys(ALGORITHMS).join(", ");
  return `expected checksum=NAME=DIGITS, NAME one of ${known}, got ${JSON.stringify(value.slice(0, 200))}`;
}
