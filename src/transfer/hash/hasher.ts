import { createHash } from "node:crypto";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { Blake3 } from "./blake3.ts";

/** A hash over bytes in order. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Lower-case hexadecimal; the last call. */
  digest(): string;
}

/** Digits each algorithm has; a hash of another length is a mistake of who wrote it down. */
const HEX_DIGITS: Record<ChecksumAlgorithm, number> = {
  sha256: 64,
  sha512: 128,
  sha1: 40,
  md5: 32,
  blake3: 64,
};

/** What is wrong with an expected hash, or null. */
export function refuseHex(algorithm: ChecksumAlgorithm, hex: string): string | null {
  const digits = HEX_DIGITS[algorithm];
  if (new RegExp(`^[0-9a-f]{${digits}}$`, "i").test(hex)) return null;
  return `The expected ${algorithm} must be ${digits} hexadecimal digits.`;
}

export function createHasher(algorithm: ChecksumAlgorithm): Hasher {
  if (algorithm === "blake3") return new Blake3();
  const hash = createHash(algorithm);
  return { update: (bytes) => void hash.update(bytes), digest: () => hash.digest("hex") };
}
