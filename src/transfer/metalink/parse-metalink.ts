/** Metalink 4 (RFC 5854) and its forerunner 3 (metalinker.org), as mirrors of distributions write them. Pure. */
import { refusePath } from "../../job/file-name.ts";
import type { Checksum, ChecksumAlgorithm } from "../../job/job.ts";
import { refuseHex } from "../../job/checksum/refuse-hex.ts";
import { strongest } from "../../job/checksum/rank-checksums.ts";
import type { Metalink, MetalinkFault, MetalinkFile, MetalinkUrl } from "./metalink.ts";
import { checkPieces } from "./check-pieces.ts";
import type { DraftPieces } from "./check-pieces.ts";
import type { XmlElement } from "./read-xml.ts";
import { readXml } from "./read-xml.ts";

/** With pieces of 256 KiB a file of 20 GB is described in 5 MiB. */
export const MAX_METALINK_BYTES = 8 * 1024 * 1024;
/** A distribution's whole release has some hundred. */
const MAX_FILES = 10_000;
/** The largest mirror networks have some hundred; more than MAX_URLS of one file are not looked at. */
const MAX_URLS = 1_000;

const NAMESPACE_4 = "urn:ietf:params:xml:ns:metalink";
const NAMESPACE_3 = "http://www.metalinker.org/";

/** RFC 5854 §4.2.16.1: "Lower values indicate a higher priority"; those without one have the lowest. */
const LOWEST_PRIORITY = 999_999;

type Role = "file" | "size" | "hash" | "pieces" | "piece" | "url";

/**
 * Which element means what. Others, those of other namespaces among them, must not change what is done (RFC 5854
 * §5.3). §2 has no blanks around values, many generators do: they are taken off.
 */
const ROLES: Readonly<Record<3 | 4, ReadonlyMap<string, Role>>> = {
  4: new Map([
    ["metalink/file", "file"],
    ["metalink/file/size", "size"],
    ["metalink/file/hash", "hash"],
    ["metalink/file/pieces", "pieces"],
    ["metalink/file/pieces/hash", "piece"],
    ["metalink/file/url", "url"],
  ]),
  3: new Map([
    ["metalink/files/file", "file"],
    ["metalink/files/file/size", "size"],
    ["metalink/files/file/verification/hash", "hash"],
    ["metalink/files/file/verification/pieces", "pieces"],
    ["metalink/files/file/verification/pieces/hash", "piece"],
    ["metalink/files/file/resources/url", "url"],
  ]),
};

/** Names of hash functions, in the writing of IANA (4) and of before (3). */
const ALGORITHMS: Readonly<Record<string, ChecksumAlgorithm>> = {
  md5: "md5",
  "sha-1": "sha1",
  sha1: "sha1",
  "sha-256": "sha256",
  sha256: "sha256",
  "sha-512": "sha512",
  sha512: "sha512",
};

interface Draft {
  name: string;
  size: number | null;
  claims: Checksum[];
  pieces: DraftPieces[];
  urls: MetalinkUrl[];
}

export type MetalinkReading =
  | { kind: "metalink"; metalink: Metalink }
  /** Goes on from "the Metalink". */
  | { kind: "refused"; reason: string };

export function parseMetalink(bytes: Uint8Array): MetalinkReading {
  if (bytes.length > MAX_METALINK_BYTES) return refused(`has more than ${MAX_METALINK_BYTES} bytes`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return refused("is not written in UTF-8");
  }
  const drafts: Draft[] = [];
  let version: 3 | 4 = 4;
  const fault = readXml(text, {
    root: (namespace, name, attributes) => {
      if (name !== "metalink") return "is no Metalink: its first element is another";
      if (namespace === NAMESPACE_4) return null;
      version = 3;
      // Some tools leave the namespace of version 3 out.
      const isThree = namespace === NAMESPACE_3 || namespace === "";
      return isThree && (attributes.get("version") ?? "3.").startsWith("3.")
        ? null
        : "is of a version nobody here knows";
    },
    open: (element) => openElement(drafts, ROLES[version].get(element.path), element),
    close: (element, text) => closeElement(drafts, ROLES[version].get(element.path), element, text, version),
  });
  if (fault !== null) return refused(fault);
  if (drafts.length === 0) return refused("names no file");
  if (drafts.length > MAX_FILES) return refused(`names more than ${MAX_FILES} files`);
  return { kind: "metalink", metalink: finish(drafts) };
}

function refused(reason: string): MetalinkReading {
  return { kind: "refused", reason };
}

function openElement(drafts: Draft[], role: Role | undefined, { attributes }: XmlElement): void {
  if (role === "file") {
    drafts.push({ name: attributes.get("name") ?? "", size: null, claims: [], pieces: [], urls: [] });
  }
  if (role !== "pieces") return;
  drafts.at(-1)?.pieces.push({
    algorithm: algorithmOf(attributes),
    length: readNumber(attributes.get("length"), 15),
    hashes: [],
    inOrder: true,
  });
}

function closeElement(
  drafts: readonly Draft[],
  role: Role | undefined,
  { attributes }: XmlElement,
  text: string,
  version: 3 | 4,
): void {
  const draft = drafts.at(-1);
  if (draft === undefined || role === undefined) return;
  switch (role) {
    case "file":
    case "pieces":
      return;
    case "size":
      draft.size = readNumber(text, 15);
      return;
    case "hash": {
      const algorithm = algorithmOf(attributes);
      if (algorithm === null || refuseHex(algorithm, text) !== null) return;
      draft.claims.push({ algorithm, hex: text.toLowerCase(), origin: "Metalink" });
      return;
    }
    case "piece": {
      const pieces = draft.pieces.at(-1);
      // Version 3 counts its pieces.
      const index = readNumber(attributes.get("piece"), 9);
      if (pieces === undefined) return;
      pieces.inOrder &&= index === null || index === pieces.hashes.length;
      pieces.hashes.push(text.toLowerCase());
      return;
    }
    case "url": {
      const url = readUrl(text);
      if (url === null || draft.urls.length >= MAX_URLS) return;
      const location = attributes.get("location")?.toLowerCase() ?? "";
      draft.urls.push({
        url,
        priority: version === 4 ? priorityOf(attributes) : fromPreference(attributes),
        location: /^[a-z]{2}$/.test(location) ? location : null,
      });
      return;
    }
    default:
      throw role satisfies never;
  }
}

function algorithmOf(attributes: XmlElement["attributes"]): ChecksumAlgorithm | null {
  const type = attributes.get("type")?.trim().toLowerCase() ?? "";
  return Object.hasOwn(ALGORITHMS, type) ? (ALGORITHMS[type] ?? null) : null;
}

function readNumber(text: string | undefined, digits: number): number | null {
  const number = text?.trim() ?? "";
  return /^\d+$/.test(number) && number.length <= digits ? Number(number) : null;
}

/** Others (ftp, rsync, BitTorrent) are not for us. */
function readUrl(text: string): string | null {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) return null;
  return new URL(text).href;
}

function priorityOf(attributes: XmlElement["attributes"]): number {
  const priority = readNumber(attributes.get("priority"), 6);
  return priority === null || priority === 0 ? LOWEST_PRIORITY : priority;
}

/** Version 3: 0 to 100, and 100 is the highest. */
function fromPreference(attributes: XmlElement["attributes"]): number {
  const preference = readNumber(attributes.get("preference"), 3);
  return preference === null || preference > 100 ? LOWEST_PRIORITY : 101 - preference;
}

function finish(drafts: readonly Draft[]): Metalink {
  const files: MetalinkFile[] = [];
  const faults: MetalinkFault[] = [];
  const names = new Set<string>();
  for (const draft of drafts) {
    const fault = findFault(draft, names);
    names.add(draft.name);
    if (fault === null) files.push(finishFile(draft));
    else faults.push({ name: draft.name, ...fault });
  }
  return { files, faults };
}

function findFault(
  { name, urls }: Draft,
  names: ReadonlySet<string>,
): Pick<MetalinkFault, "code" | "reason"> | null {
  // RFC 5854 §4.1.2.1: a name may hold folders, "The path MUST NOT contain any directory traversal", and it
  // "MUST be unique".
  const refusal = refusePath(name, "The name of a file");
  if (refusal !== null) return { code: "path_refused", reason: `${refusal}.` };
  const shown = JSON.stringify(name);
  if (names.has(name)) return { code: "unsupported", reason: `The Metalink names ${shown} twice.` };
  if (urls.length > 0) return null;
  return { code: "unsupported", reason: `The Metalink has no http:// or https:// address for ${shown}.` };
}

function finishFile({ name, size, claims, pieces, urls }: Draft): MetalinkFile {
  const usable = pieces.flatMap((each) => checkPieces(each, size) ?? []);
  const best = urls.toSorted((one, other) => one.priority - other.priority);
  const known = new Set<string>();
  return {
    name,
    size,
    checksum: strongest(claims),
    pieces: usable[0] ?? null,
    urls: best.filter(({ url }) => !known.has(url) && known.add(url).size > 0),
  };
}
