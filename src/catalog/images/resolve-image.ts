/** An entry → what is to be fetched for it now: the newest build, its hash and its size. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { ImageEntry, ImageResolution, LatestRule, ResolvedImage } from "../../job/image-contract.ts";
import { lastPart, newestBuild, withBuild } from "./build.ts";
import { checksumOfDocument, originOf } from "./checksum-of-document.ts";
import type { ParseMetalink } from "./checksum-of-document.ts";
import { fileNameOf } from "./file-name-of.ts";
import { namesOfDocument } from "./names-of-document.ts";
import { decodeText } from "./read-text.ts";
import type { ReadText } from "./read-text.ts";

export interface ResolveParts {
  read: ReadText;
  parseMetalink: ParseMetalink;
}

/** A list of a distribution's whole release has some hundred thousand bytes, a page of its folder as many. */
const MAX_LIST_BYTES = 8 * 1024 * 1024;
/** Several images of one folder ask for its list once. */
const FRESH_MS = 60_000;

export async function resolveImage(
  entry: ImageEntry,
  parts: ResolveParts,
  signal: AbortSignal,
): Promise<ImageResolution> {
  const target = await findTarget(entry, parts, signal);
  if (target.kind !== "target") return target;
  const { url, build, checksumUrl, signatureUrl } = target;
  const image: ResolvedImage = {
    entry,
    build,
    url,
    checksum: null,
    sizeBytes: entry.sizeBytes,
    fileName: fileNameOf(entry, url, build),
  };
  if (!target.isFound && entry.checksum !== null)
    return resolved({ ...image, checksum: { ...entry.checksum, origin: "image catalogue" } });
  if (checksumUrl === null) return resolved(image);
  const { signedBy } = entry;
  const list = await parts.read(
    { url: checksumUrl, maxBytes: MAX_LIST_BYTES, freshMs: FRESH_MS, signedBy, signatureUrl },
    signal,
  );
  if (list.kind !== "text") return list;
  const origin = originOf(checksumUrl, entry);
  const name = lastPart(url);
  const published = await checksumOfDocument(list.bytes, name, origin, parts.parseMetalink);
  if (published === null) return failed("not_found", `${checksumUrl} does not tell the hash of ${name}.`);
  const { checksum, size } = published;
  return resolved({ ...image, checksum, sizeBytes: size ?? image.sizeBytes });
}

interface Target {
  kind: "target";
  url: string;
  build: string | null;
  checksumUrl: string | null;
  signatureUrl: string | null;
  /** It is what a rule found, not what the entry says by itself. */
  isFound: boolean;
}

type Finding = Target | Exclude<ImageResolution, { kind: "resolved" }>;

async function findTarget(entry: ImageEntry, parts: ResolveParts, signal: AbortSignal): Promise<Finding> {
  const { url, build, checksumUrl, signatureUrl, latest, signedBy } = entry;
  const asWritten: Target = { kind: "target", url, build, checksumUrl, signatureUrl, isFound: false };
  if (latest === null) return asWritten;
  // A list of hashes is signed; a folder's page is not, and what it leads to is held against a list that is.
  const isSigned = signedBy !== null && latest.list === latest.checksumUrl;
  const list = await parts.read(
    {
      url: latest.list,
      maxBytes: MAX_LIST_BYTES,
      freshMs: FRESH_MS,
      signedBy: isSigned ? signedBy : null,
      signatureUrl: isSigned ? latest.signatureUrl : null,
    },
    signal,
  );
  if (list.kind !== "text") return list;
  const names = namesOfDocument(decodeText(list.bytes), list.isPage, list.url);
  const newest = newestBuild(names, latest.match);
  // The publisher arranges things otherwise by now; the address that always leads to the newest may still hold.
  return newest === null ? asWritten : targetOf(latest, newest);
}

function targetOf({ url, checksumUrl, signatureUrl }: LatestRule, build: string): Target {
  return {
    kind: "target",
    url: withBuild(url, build),
    build,
    checksumUrl: checksumUrl === null ? null : withBuild(checksumUrl, build),
    signatureUrl: signatureUrl === null ? null : withBuild(signatureUrl, build),
    isFound: true,
  };
}

function resolved(image: ResolvedImage): ImageResolution {
  return { kind: "resolved", image };
}

function failed(code: Failure["code"], message: string): ImageResolution {
  const advice = "Correct the catalogue's entry: its publisher may arrange things otherwise by now.";
  return { kind: "failed", failure: failure(code, message, { advice }) };
}
