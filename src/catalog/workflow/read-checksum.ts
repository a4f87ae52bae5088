/** The hash of a workflow's model entry: `"hash"` beside `"hash_type"`. Pure. */
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";
import { kindOf } from "../read-json.ts";

const DIGITS: Readonly<Record<ChecksumAlgorithm, number>> = {
  sha256: 64,
  sha512: 128,
  sha1: 40,
  md5: 32,
  blake3: 64,
};

export interface ChecksumReading {
  checksum: Checksum | null;
  /** Half a sentence; null also where there is no hash. */
  problem: string | null;
}

export function readChecksum(hash: unknown, type: unknown): ChecksumReading {
  if (hash === undefined || hash === null || hash === "") return { checksum: null, problem: null };
  const wrong = (problem: string): ChecksumReading => ({ checksum: null, problem });
  if (typeof hash !== "string") return wrong(`hash: expected hexadecimal digits, got ${kindOf(hash)}`);
  // Templates of ComfyUI leave the type out where it is the usual one.
  const algorithm = type === undefined || type === null || type === "" ? "sha256" : algorithmOf(type);
  if (algorithm === null) return wrong("hash_type: expected SHA256, SHA512, SHA1, MD5 or BLAKE3");
  const hex = hash.trim().toLowerCase();
  if (!/^[0-9a-f]+$/.test(hex) || hex.length !== DIGITS[algorithm])
    return wrong(`hash: expected ${DIGITS[algorithm]} hexadecimal digits`);
  return { checksum: { algorithm, hex, origin: "the workflow" }, problem: null };
}

function algorithmOf(type: unknown): ChecksumAlgorithm | null {
  const word = typeof type === "string" ? type.toLowerCase().replaceAll(/[^a-z0-9]/g, "") : "";
  return Object.hasOwn(DIGITS, word) ? (word as ChecksumAlgorithm) : null;
}
