/**
 * The texts people put beside files to tell their hashes: `SHA256SUMS`, `CHECKSUM`, `x.iso.sha256`. Pure; takes
 * any text, in linear time, and leaves out what it does not understand to the letter.
 */
import type { ChecksumAlgorithm } from "../job.ts";
import { unwrapSigned } from "./clearsigned.ts";
import { HEX_DIGITS } from "./refuse-hex.ts";

export interface ListedHash {
  /** As the list has it, a leading `./` taken off. */
  name: string;
  algorithm: ChecksumAlgorithm;
  /** Lower case. */
  hex: string;
}

export interface ChecksumList {
  hashes: readonly ListedHash[];
  /** Bytes of files, where the list tells them. */
  sizes: ReadonlyMap<string, number>;
  /** The whole text is one hash, without a name. */
  bare: Omit<ListedHash, "name"> | null;
  /** It came inside an OpenPGP signature. Nobody has checked that. */
  signed: boolean;
}

/** A path takes 4096 bytes at most (PATH_MAX), a hash 128; a longer line is no line of a list. */
const MAX_LINE_LENGTH = 8192;

/** Nothing else tells the algorithm of a line that coreutils wrote. */
const BY_DIGITS: Readonly<Record<number, ChecksumAlgorithm>> = {
  32: "md5",
  40: "sha1",
  64: "sha256",
  128: "sha512",
};

/** As BSD tools, `--tag` of coreutils and `openssl dgst` call them. SHA-224, SHA-384 and SHA-3 are not ours. */
const BY_TAG: Readonly<Record<string, ChecksumAlgorithm>> = {
  MD5: "md5",
  SHA1: "sha1",
  SHA256: "sha256",
  "SHA2-256": "sha256",
  SHA512: "sha512",
  "SHA2-512": "sha512",
  BLAKE3: "blake3",
};

export function parseChecksumList(text: string): ChecksumList {
  const { lines, signed } = unwrapSigned(
    text
      .replace(/^\uFEFF/, "")
      .split("\n")
      .map(dropReturn),
  );
  const short = lines.filter((line) => line.length <= MAX_LINE_LENGTH);
  const sizes = new Map<string, number>();
  for (const line of short) {
    const [name, size] = parseSize(line) ?? [];
    if (name !== undefined && size !== undefined) sizes.set(name, size);
  }
  const hashes = short.flatMap((line) => parseTagged(line) ?? parsePlain(line) ?? []);
  const words = short.filter((line) => line.trim() !== "");
  return { hashes, sizes, bare: words.length === 1 ? parseBare(words[0] as string) : null, signed };
}

function dropReturn(line: string): string {
  return line.endsWith("\r") ? line.slice(0, -1) : line;
}

/** coreutils: `<hex>  name`, `<hex> *name` (read as binary), and `\<hex>  name` with `\n`, `\r`, `\\` in the name. */
function parsePlain(line: string): ListedHash | null {
  const match = /^(\\?)([0-9a-fA-F]{32,128})(?: [ *]|[ \t]+)(?=[^ \t])(.+)$/s.exec(line);
  if (match === null) return null;
  const [, escape, digits = "", written = ""] = match;
  const algorithm = BY_DIGITS[digits.length];
  const name = escape === "" ? written : unescapeName(written);
  if (algorithm === undefined || name === null) return null;
  return { name: bareName(name), algorithm, hex: digits.toLowerCase() };
}

/** BSD: `SHA256 (name) = <hex>`; openssl: `SHA2-256(name)= <hex>`. The name may hold parentheses. */
function parseTagged(line: string): ListedHash | null {
  const open = line.indexOf("(");
  const close = line.lastIndexOf(")");
  if (open < 1 || close < open + 2) return null;
  const escaped = line.startsWith("\\");
  const tag = line.slice(escaped ? 1 : 0, open).trimEnd();
  const algorithm = Object.hasOwn(BY_TAG, tag) ? BY_TAG[tag] : undefined;
  const digits = /^ ?= ?([0-9a-fA-F]{32,128})[ \t]*$/.exec(line.slice(close + 1))?.[1];
  if (algorithm === undefined || digits?.length !== HEX_DIGITS[algorithm]) return null;
  const written = line.slice(open + 1, close);
  const name = escaped ? unescapeName(written) : written;
  return name === null ? null : { name: bareName(name), algorithm, hex: digits.toLowerCase() };
}

/** Fedora, Rocky, CentOS: `# name: 123 bytes`, a comment above the hash. */
function parseSize(line: string): [name: string, size: number] | null {
  if (!line.startsWith("# ") || !line.endsWith(" bytes")) return null;
  const colon = line.lastIndexOf(": ");
  const size = line.slice(colon + 2, -" bytes".length);
  if (colon < 3 || !/^\d{1,15}$/.test(size)) return null;
  return [bareName(line.slice(2, colon)), Number(size)];
}

function parseBare(line: string): Omit<ListedHash, "name"> | null {
  const digits = line.trim();
  const algorithm = /^[0-9a-fA-F]+$/.test(digits) ? BY_DIGITS[digits.length] : undefined;
  return algorithm === undefined ? null : { algorithm, hex: digits.toLowerCase() };
}

/** Null if a backslash stands before anything it may not stand before. */
function unescapeName(name: string): string | null {
  let bad = false;
  const plain = name.replace(/\\(.?)/g, (_, character: string) => {
    const meant = { "\\": "\\", n: "\n", r: "\r" }[character];
    bad ||= meant === undefined;
    return meant ?? "";
  });
  return bad ? null : plain;
}

function bareName(name: string): string {
  return name.startsWith("./") ? name.slice(2) : name;
}
