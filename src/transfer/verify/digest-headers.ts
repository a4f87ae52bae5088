/**
 * Hashes in the headers of an answer that carries the file itself. Each rule says whose it is; a value that is
 * not to the letter what its rule says counts as absent. Pure.
 */
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";
import type { AnswerHeaders } from "../ask/http-answer.ts";
import { headerOf } from "../ask/http-answer.ts";
import { refuseHex } from "../../job/checksum/refuse-hex.ts";

/** Every usable hash of the whole file, the better origin first. */
export function readDigestHeaders(headers: AnswerHeaders, status: number): Checksum[] {
  // Of a part (206), what is said of the message is said of the part; of an error, all is said of the error.
  const whole = status === 200;
  if (!whole && status !== 203 && status !== 206) return [];
  return [
    ...readDictionary(headers, "repr-digest", "Repr-Digest"),
    ...readInstanceDigest(headers),
    ...(whole ? readDictionary(headers, "content-digest", "Content-Digest") : []),
    ...(whole ? readAmazon(headers) : []),
    ...readGoogle(headers),
    ...(whole ? readContentMd5(headers) : []),
  ];
}

/** RFC 9530 §5: the algorithms that are not deprecated. */
const PRESENT: Readonly<Record<string, ChecksumAlgorithm>> = { "sha-256": "sha256", "sha-512": "sha512" };

/** Those of RFC 3230 §4.1.1 and RFC 5843 that are more than a sum: its servers often know nothing better. */
const PAST: Readonly<Record<string, ChecksumAlgorithm>> = { ...PRESENT, sha: "sha1", md5: "md5" };

/**
 * RFC 9530 §3: Repr-Digest is of the whole representation, whatever part of it the answer carries. §2:
 * Content-Digest is of this message's content. Both are dictionaries of byte sequences (RFC 8941 §3.2, §3.3.5):
 * `sha-256=:base64:, sha-512=:base64:`.
 */
function readDictionary(headers: AnswerHeaders, name: string, origin: string): Checksum[] {
  return listOf(headers, name).flatMap((member) => {
    const [, key = "", value = ""] = /^([a-z*][a-z0-9_.*-]*)=:([A-Za-z0-9+/=]*):$/.exec(member) ?? [];
    return fromBase64(PRESENT[key], value, origin);
  });
}

/**
 * RFC 3230 §4.3.2 (RFC 9530 replaced it, many stores still send it): of the whole instance, parts included.
 * `SHA-256=base64,MD5=base64`; names in any case (§4.1.1), SHA-256 and SHA-512 in base64 as RFC 5843 §2.2 says.
 */
function readInstanceDigest(headers: AnswerHeaders): Checksum[] {
  return listOf(headers, "digest").flatMap((member) => {
    const [, key = "", value = ""] = /^([A-Za-z0-9-]+)=(.*)$/.exec(member) ?? [];
    return fromBase64(PAST[key.toLowerCase()], value, "Digest");
  });
}

/**
 * Amazon S3, "Checking object integrity": base64 of the whole object, unless `x-amz-checksum-type` is COMPOSITE:
 * then it is the hash of the hashes of the parts, told by `-N` behind it as well. In answers to ranges S3 leaves
 * it out or gives the one of a part.
 */
function readAmazon(headers: AnswerHeaders): Checksum[] {
  const type = headerOf(headers, "x-amz-checksum-type")?.trim().toUpperCase() ?? "FULL_OBJECT";
  if (type !== "FULL_OBJECT") return [];
  return (["sha256", "sha1"] as const).flatMap((algorithm) => {
    const name = `x-amz-checksum-${algorithm}`;
    return fromBase64(algorithm, headerOf(headers, name)?.trim() ?? "", name);
  });
}

/**
 * Google Cloud Storage, "HTTP headers": of the object as it is stored, `md5=base64`; composed objects have a
 * CRC32C only, which we do not compute. An object stored as gzip is unpacked on its way to who did not ask for
 * gzip ("Transcoding"): then the hash is not of what comes.
 */
function readGoogle(headers: AnswerHeaders): Checksum[] {
  const stored = headerOf(headers, "x-goog-stored-content-encoding")?.trim().toLowerCase() ?? "identity";
  const sent = headerOf(headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (stored !== sent) return [];
  return listOf(headers, "x-goog-hash").flatMap((member) =>
    member.startsWith("md5=") ? fromBase64("md5", member.slice("md5=".length), "X-Goog-Hash") : [],
  );
}

/**
 * RFC 2616 §14.15, base64 of 16 bytes. RFC 7231 appendix B dropped it "because it was inconsistently implemented
 * with respect to partial responses": of whole answers it means one thing.
 */
function readContentMd5(headers: AnswerHeaders): Checksum[] {
  return fromBase64("md5", headerOf(headers, "content-md5")?.trim() ?? "", "Content-MD5");
}

/** The members of a list, which may be spread over several fields (RFC 9110 §5.3). */
function listOf(headers: AnswerHeaders, name: string): string[] {
  const value = headers[name] ?? [];
  const fields = typeof value === "string" ? [value] : value;
  return fields.flatMap((field) => field.split(",")).map((member) => member.trim());
}

function fromBase64(algorithm: ChecksumAlgorithm | undefined, text: string, origin: string): Checksum[] {
  if (algorithm === undefined) return [];
  const bytes = Buffer.from(text, "base64");
  // Node reads base64 leniently; what does not come out again as it went in was something else. RFC 8941 §4.2.7
  // lets the padding be missing.
  const exact = bytes.toString("base64").replace(/=+$/, "") === text.replace(/={1,2}$/, "");
  const hex = bytes.toString("hex");
  return exact && refuseHex(algorithm, hex) === null ? [{ algorithm, hex, origin }] : [];
}
