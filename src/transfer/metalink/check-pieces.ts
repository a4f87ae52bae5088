import type { ChecksumAlgorithm } from "../../job/job.ts";
import { refuseHex } from "../../job/checksum/refuse-hex.ts";
import type { Pieces } from "./metalink.ts";

export interface DraftPieces {
  algorithm: ChecksumAlgorithm | null;
  length: number | null;
  /** Lower case; whatever the document had there. */
  hashes: string[];
  /** Where they were numbered, they came from 0 on. */
  inOrder: boolean;
}

/** RFC 5854 §4.1.3 and §4.1.3.2: one hash for each piece, in order, the last piece as short as it is. Null if they do not fit. */
export function checkPieces(draft: DraftPieces, size: number | null): Pieces | null {
  const { algorithm, length, hashes, inOrder } = draft;
  if (algorithm === null || length === null || length === 0 || !inOrder || hashes.length === 0) return null;
  if (size !== null && hashes.length !== Math.ceil(size / length)) return null;
  if (hashes.some((hex) => refuseHex(algorithm, hex) !== null)) return null;
  return { algorithm, length, hashes };
}
