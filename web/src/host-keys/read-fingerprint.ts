/** Lines of `ssh-keygen -lf`, as people compare them. Pure. */

export interface Fingerprint {
  /** The whole line, as it came. */
  line: string;
  /** `ED25519`; the whole line where it is not of the known shape. */
  type: string;
  bits: number | null;
  /** `SHA256:…` */
  hash: string;
}

/** `256 SHA256:… [host]:port (ED25519)`. */
export function readFingerprint(line: string): Fingerprint {
  const [, bits, hash, type] = /^(\d+) (SHA256:[A-Za-z0-9+/]{43}) .*\(([A-Z0-9-]+)\)$/.exec(line) ?? [];
  if (bits === undefined || hash === undefined || type === undefined)
    return { line, type: "", bits: null, hash: line };
  return { line, type, bits: Number(bits), hash };
}

export type Comparison = "empty" | "same" | "other" | "unclear";

/**
 * What somebody copied from the machine itself against what is shown. One SHA-256 of it that is shown is enough:
 * a machine has several keys, and shows those we do not ask for, too.
 */
export function compareFingerprints(paste: string, shown: readonly Fingerprint[]): Comparison {
  const text = paste.trim();
  if (text === "") return "empty";
  const hashes = [...text.matchAll(/(?<![A-Za-z0-9+/])(?:SHA256:)?([A-Za-z0-9+/]{43})(?![A-Za-z0-9+/])/g)];
  if (hashes.length === 0) return "unclear";
  return hashes.some(([, hash]) => shown.some((each) => each.hash === `SHA256:${hash}`)) ? "same" : "other";
}
