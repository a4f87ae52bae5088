import type { ChecksumAlgorithm } from "../job.ts";

/** Digits each algorithm has; a hash of another length is a mistake of who wrote it down. */
export const HEX_DIGITS: Readonly<Record<ChecksumAlgorithm, number>> = {
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
