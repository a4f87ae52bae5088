/** What an answer says about the object behind a URL, and whether two answers speak of the same one. Pure. */
import type { Checksum } from "../../job/job.ts";
import type { AnswerHeaders } from "../ask/http-answer.ts";
import { headerOf } from "../ask/http-answer.ts";
import { parseHttpDate } from "../ask/retry-after.ts";

export interface ObjectFacts {
  /** Bytes of the whole object; null while unknown. */
  size: number | null;
  /** With its quotes, and `W/` if it is weak. */
  etag: string | null;
  /** HTTP-date as it came. */
  lastModified: string | null;
  /** The date may serve as a strong validator (RFC 9110 §8.8.2.2). */
  lastModifiedIsStrong: boolean;
  /** A hash the server publishes for the whole object. */
  published: Checksum | null;
}

export const NO_FACTS: ObjectFacts = {
  size: null,
  etag: null,
  lastModified: null,
  lastModifiedIsStrong: false,
  published: null,
};

/**
 * RFC 9110 §8.8.2.2 lets a date count as strong if it lies "at least one second" before the answer's Date and
 * both come from one clock or are far enough apart. Clocks of an origin and its cache are not one clock.
 */
const CLOCK_DOUBT_MS = 60_000;

/** RFC 9110 §8.8.3: entity-tag = [ weak ] opaque-tag. */
const ETAG = /^(?:W\/)?"[\u0021\u0023-\u007e\u0080-\u00ff]*"$/;

export function readFacts(
  headers: AnswerHeaders,
  size: number | null,
  published: Checksum | null,
): ObjectFacts {
  const etag = headerOf(headers, "etag")?.trim() ?? "";
  const lastModified = headerOf(headers, "last-modified")?.trim() ?? "";
  const modifiedAt = parseHttpDate(lastModified);
  const answeredAt = parseHttpDate(headerOf(headers, "date")?.trim() ?? "");
  return {
    size,
    etag: ETAG.test(etag) ? etag : null,
    lastModified: modifiedAt === null ? null : lastModified,
    lastModifiedIsStrong:
      modifiedAt !== null && answeredAt !== null && answeredAt - modifiedAt >= CLOCK_DOUBT_MS,
    published,
  };
}

export function isStrong(etag: string | null): etag is string {
  return etag !== null && !etag.startsWith("W/");
}

/**
 * What may go into If-Range, or null. RFC 9110 §13.1.5: "A client MUST NOT generate an If-Range header field
 * containing an entity tag that is marked as weak", nor a date that is not strong.
 */
export function ifRangeOf({ etag, lastModified, lastModifiedIsStrong }: ObjectFacts): string | null {
  if (isStrong(etag)) return etag;
  return lastModifiedIsStrong ? lastModified : null;
}

/** `unknown`: nothing speaks against it, but nothing that may be relied on speaks for it. */
export type Sameness = "same" | "different" | "unknown";

/** Whether an answer of now speaks of the object an answer of before spoke of (CONTRACT §7.1). */
export function compareFacts(before: ObjectFacts, now: ObjectFacts): Sameness {
  if (before.size !== null && now.size !== null && before.size !== now.size) return "different";
  const byHash = compareHashes(before.published, now.published);
  if (byHash !== "unknown") return byHash;
  if (isStrong(before.etag) && isStrong(now.etag)) return before.etag === now.etag ? "same" : "different";
  if (before.etag !== null && now.etag !== null && opaque(before.etag) !== opaque(now.etag))
    return "different";
  if (before.lastModified !== null && now.lastModified !== null) {
    if (before.lastModified !== now.lastModified) return "different";
    // A date is a validator only together with a length that was seen both times.
    const bothSizes = before.size !== null && now.size !== null;
    // Where a strong tag was, its absence is a reason to look twice.
    if (before.lastModifiedIsStrong && bothSizes && !isStrong(before.etag)) return "same";
  }
  return "unknown";
}

function compareHashes(before: Checksum | null, now: Checksum | null): Sameness {
  if (before === null || now === null || before.algorithm !== now.algorithm) return "unknown";
  return before.hex === now.hex ? "same" : "different";
}

function opaque(etag: string): string {
  return etag.replace(/^W\//, "");
}
