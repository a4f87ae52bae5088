/**
 * `NAME.part.json`: which bytes of `NAME.part` are on the disk for sure, and of which object they are.
 * It never claims more than was synced (CONTRACT §7.3), and holds no secrets.
 */
import { createHash } from "node:crypto";
import type { Checksum, TransferStep } from "../../job/job.ts";
import { addressesOf } from "../../job/mirrors.ts";
import { redactUrl } from "../../job/redact.ts";
import type { ByteRange } from "./byte-ranges.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import type { Seams } from "./seams.ts";

export interface Ledger {
  /** For people. */
  url: string;
  /** SHA-256 of the real URL: tells a signed link from another without keeping it. */
  urlHash: string;
  /** The object the bytes are of. */
  facts: ObjectFacts;
  /** The hash the whole file must have, where one is known. */
  checksum: Checksum | null;
  /** The body was complete: `facts.size` is its real length, even if no server ever said it. */
  complete: boolean;
  /** Which file the ledger speaks of, whatever its name (see `fileIdOf`). Null before there is one. */
  fileId: string | null;
  done: readonly ByteRange[];
  seams: Seams;
}

const VERSION = 1;

/** A ledger of a sane download is a few kilobytes; more is damage. */
export const MAX_LEDGER_BYTES = 4 * 1024 * 1024;

/** A URL as a ledger keeps it. */
export function addressOf(url: string): Pick<Ledger, "url" | "urlHash"> {
  return { url: redactUrl(url), urlHash: createHash("sha256").update(url).digest("hex") };
}

/** @param url the address that answered: the facts, its validator among them, are its own */
export function newLedger(
  { url, checksum }: Pick<TransferStep, "url" | "checksum">,
  facts: ObjectFacts,
): Ledger {
  return {
    ...addressOf(url),
    facts,
    checksum: checksum ?? facts.published,
    complete: false,
    fileId: null,
    done: [],
    seams: [],
  };
}

export function serializeLedger(ledger: Ledger): string {
  return `${JSON.stringify({ haulyard: "ledger", version: VERSION, ...ledger })}\n`;
}

/** Null if it is not a ledger of this version, to the letter: then the bytes beside it mean nothing. */
export function parseLedger(text: string): Ledger | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(value) || value["haulyard"] !== "ledger" || value["version"] !== VERSION) return null;
  const { url, urlHash, complete, fileId, done } = value;
  const facts = parseFacts(value["facts"]);
  const checksum = parseChecksum(value["checksum"]);
  if (typeof url !== "string" || typeof urlHash !== "string" || typeof complete !== "boolean") return null;
  if (facts === null || checksum === undefined || !isTextOrNull(fileId) || !areRanges(done)) return null;
  if (facts.size !== null && done.some(([, end]) => end > (facts.size as number))) return null;
  // Younger than the rest.
  const seams = Array.isArray(value["seams"]) && value["seams"].every(isOffset) ? value["seams"] : null;
  return { url, urlHash, facts, checksum, complete, fileId, done, seams };
}

function parseFacts(value: unknown): ObjectFacts | null {
  if (!isRecord(value)) return null;
  const { size, etag, lastModified, lastModifiedIsStrong } = value;
  const published = parseChecksum(value["published"]);
  if (size !== null && !isOffset(size)) return null;
  if (!isTextOrNull(etag) || !isTextOrNull(lastModified) || typeof lastModifiedIsStrong !== "boolean")
    return null;
  return published === undefined ? null : { size, etag, lastModified, lastModifiedIsStrong, published };
}

/** Undefined if it is neither a checksum nor null. */
function parseChecksum(value: unknown): Checksum | null | undefined {
  if (value === null) return null;
  if (!isRecord(value)) return undefined;
  const { algorithm, hex, origin } = value;
  if (typeof hex !== "string" || !/^[0-9a-f]+$/.test(hex) || typeof origin !== "string") return undefined;
  const known = algorithm === "sha256" || algorithm === "sha512" || algorithm === "sha1";
  return known || algorithm === "md5" || algorithm === "blake3" ? { algorithm, hex, origin } : undefined;
}

/** Sorted, apart, not empty. */
function areRanges(value: unknown): value is ByteRange[] {
  if (!Array.isArray(value)) return false;
  let last = -1;
  for (const range of value as unknown[]) {
    if (!Array.isArray(range) || range.length !== 2) return false;
    const [start, end] = range as unknown[];
    if (!isOffset(start) || !isOffset(end) || start <= last || end <= start) return false;
    last = end;
  }
  return true;
}

function isOffset(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || typeof value === "string";
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export type LedgerUse =
  /** The bytes belong to what the step asks for, as far as anybody can tell from here. */
  | { kind: "trusted" }
  /** They came from another address: only an answer of the server can tell. */
  | { kind: "foreign" }
  | { kind: "useless"; reason: string };

/** Whether the bytes of a ledger can be used for a step. */
export function judgeLedger(ledger: Ledger, step: TransferStep): LedgerUse {
  const { size } = ledger.facts;
  if (step.size !== null && size !== null && step.size !== size) {
    return { kind: "useless", reason: "the partial file is of a file of another size" };
  }
  for (const hash of [ledger.checksum, ledger.facts.published]) {
    if (
      step.checksum !== null &&
      hash?.algorithm === step.checksum.algorithm &&
      hash.hex !== step.checksum.hex
    ) {
      return { kind: "useless", reason: "the partial file is of a file with another hash" };
    }
  }
  const known = addressesOf(step).some((url) => addressOf(url).urlHash === ledger.urlHash);
  if (known) return { kind: "trusted" };
  const proven = step.checksum !== null && ledger.checksum?.hex === step.checksum.hex;
  return proven ? { kind: "trusted" } : { kind: "foreign" };
}
