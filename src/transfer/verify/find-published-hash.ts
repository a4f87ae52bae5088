/** Hashes that answers carry (CONTRACT §7.5). A header that is not exactly what it should be counts as absent. */
import type { Checksum } from "../../job/job.ts";
import { readDigestHeaders } from "./digest-headers.ts";
import type { AnswerHeaders } from "../ask/http-answer.ts";
import { headerOf } from "../ask/http-answer.ts";
import { strongest } from "../../job/checksum/rank-checksums.ts";

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
  return { ...linked, checksum: strongest(readDigestHeaders(headers, status)) };
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
