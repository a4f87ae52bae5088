/** Which of several hashes of one file to go by. Pure. */
import type { Checksum, ChecksumAlgorithm } from "../job.ts";

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
const OF_NOTHING: Readonly<Record<ChecksumAlgorithm, string>> = {
  sha256: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  sha512:
    "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
  blake3: "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262",
  sha1: "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  md5: "d41d8cd98f00b204e9800998ecf8427e",
};

function isOfNothing({ algorithm, hex }: Checksum): boolean {
  return OF_NOTHING[algorithm] === hex;
}
