import { createHash } from "node:crypto";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { Blake3 } from "./blake3.ts";

/** A hash over bytes in order. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal; the last call. */
  digest(): string;
}

export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  if (algorithm === "blake3") return new Blake3();
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}
