/** Hashes that answers carry (CONTRACT §7.5). A header that is not exactly what it should be counts as absent. */
import type { Checksum, ChecksumAlgorithm } from "../job/job.ts";
import type { AnswerHeaders } from "./http-answer.ts";
import { headerOf } from "./http-answer.ts";

export interface Published {
  checksum: Checksum | null;
  /** Bytes of the object as the publisher of the hash knows it, or null. */
  size: number | null;
}

export const NOTHING_PUBLISHED: Published = { checksum: null, size: null };

/**
 * @param final the answer that carries the body, as opposed to one that redirects to it
 */
export function findPublishedHash(headers: AnswerHeaders, status: number, final: boolean): Published {
  const linked = readLinked(headers);
  if (linked.checksum !== null || !final) return linked;
  return { ...linked, checksum: readDigest(headers, status) };
}

/** Hugging Face: hash and size of a file in large storage, on the answer that redirects to the storage. */
function readLinked(headers: AnswerHeaders): Published {
  const hex = headerOf(headers, "x-linked-etag")
    ?.trim()
    .replace(/^(?:W\/)?"(.*)"$/, "$1");
  // Small files carry a git blob id (40 digits) here, which is not the hash of their bytes.
  if (hex === undefined || !/^[0-9a-f]{64}$/i.test(hex)) return NOTHING_PUBLISHED;
  const size = headerOf(headers, "x-linked-size")?.trim() ?? "";
  return {
    checksum: { algorithm: "sha256", hex: hex.toLowerCase(), origin: "X-Linked-Etag" },
    size: /^\d{1,16}$/.test(size) ? Number(size) : null,
  };
}

/** Bytes of a digest, best first. RFC 9530 §5 calls all others insecure. */
const DIGEST_BYTES: readonly (readonly [string, ChecksumAlgorithm, number])[] = [
  ["sha-256", "sha256", 32],
  ["sha-512", "sha512", 64],
];

/** RFC 9530: Repr-Digest is of the whole representation; Content-Digest of this message's content. */
function readDigest(headers: AnswerHeaders, status: number): Checksum | null {
  const whole = parseDigest(headerOf(headers, "repr-digest"), "Repr-Digest");
  // §2: the content of a 206 is a part, its digest says nothing about the file.
  if (whole !== null || status !== 200) return whole;
  return parseDigest(headerOf(headers, "content-digest"), "Content-Digest");
}

/** RFC 8941 dictionary of byte sequences: `sha-256=:base64:, sha-512=:base64:`. */
function parseDigest(value: string | null, origin: string): Checksum | null {
  if (value === null) return null;
  const entries = new Map<string, string>();
  for (const member of value.split(",")) {
    const match = /^\s*([a-z0-9*-]+)=:([A-Za-z0-9+/]*={0,2}):\s*$/.exec(member);
    if (match !== null) entries.set(match[1] as string, match[2] as string);
  }
  for (const [name, algorithm, length] of DIGEST_BYTES) {
    const bytes = Buffer.from(entries.get(name) ?? "", "base64");
    if (bytes.length === length) return { algorithm, hex: bytes.toString("hex"), origin };
  }
  return null;
}
