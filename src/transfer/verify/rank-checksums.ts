/** Which of several hashes of one file to go by. Pure. */
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";
import { createHasher } from "../hash/hasher.ts";

/**
 * Best first. No two files with one SHA-256, SHA-512 or BLAKE3 can be made by anybody; among these three SHA-256
 * comes first because processors have instructions for it. RFC 9530 §5 calls SHA-1 and MD5 insecure: they still
 * tell broken bytes from whole ones, which is better than nothing.
 */
const RANKING: readonly ChecksumAlgorithm[] = ["sha256", "sha512", "blake3", "sha1", "md5"];

/**
 * The strongest hash of one file that nothing speaks against, or null. Where two claims of one algorithm
 * contradict each other, one of them is wrong and nobody can tell which: neither counts.
 *
 * @param claims of one trust, the better origin first
 */
export function strongest(claims: readonly Checksum[]): Checksum | null {
  const believable = claims.filter((claim) => !isOfNothing(claim));
  for (const algorithm of RANKING) {
    const [first, ...others] = believable.filter((claim) => claim.algorithm === algorithm);
    if (first !== undefined && others.every(({ hex }) => hex === first.hex)) return first;
  }
  return null;
}

/** The hash of no bytes at all: what comes out where somebody hashed before the body was there. */
function isOfNothing({ algorithm, hex }: Checksum): boolean {
  return createHasher(algorithm).digest() === hex;
}
