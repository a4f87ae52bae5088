/**
 * A list of downloads: a file for each line with an address, and below it, on indented lines, what is special about
 * it. It is the input file of aria2, as far as files are concerned.
 *
 *   # a comment
 *   https://example.org/a.bin
 *   https://example.org/b.bin<TAB>https://mirror.example.net/b.bin
 *     out=other-name.bin
 *     dir=models/unet
 *     checksum=sha-256=9f86d0…
 *     header=Authorization: Bearer …
 */
import { readFileSync } from "node:fs";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { UsageError } from "../usage-error.ts";

export interface ListEntry {
  /** The address, then others of the same bytes. */
  urls: readonly string[];
  /** Where it stands, for complaints: `list.txt, line 3`. */
  where: string;
  out: string | null;
  dir: string | null;
  checksum: { algorithm: ChecksumAlgorithm; hex: string } | null;
  headers: readonly string[];
}

/** aria2's names of the hashes we know. */
const ALGORITHMS: Readonly<Record<string, ChecksumAlgorithm>> = {
  "sha-256": "sha256",
  "sha-512": "sha512",
  "sha-1": "sha1",
  md5: "md5",
  blake3: "blake3",
};
const DIGITS: Record<ChecksumAlgorithm, number> = { sha256: 64, sha512: 128, sha1: 40, md5: 32, blake3: 64 };

/** @param file its path, or `-` for stdin */
export function readList(file: string): ListEntry[] {
  let text: string;
  try {
    text = readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    throw new UsageError(`--input-file: ${file} cannot be read (${code}).`, { cause: error });
  }
  return parseList(text, file === "-" ? "stdin" : file);
}

export function parseList(text: string, file: string): ListEntry[] {
  const entries: ListEntry[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (const [nth, line] of lines.entries()) {
    const where = `${file}, line ${nth + 1}`;
    const words = line.trim();
    if (words === "" || words.startsWith("#")) continue;
    const entry = entries.at(-1);
    if (!/^[ \t]/.test(line)) {
      const urls = words.split("\t").map((url) => url.trim());
      entries.push({
        urls: urls.filter((url) => url !== ""),
        where,
        out: null,
        dir: null,
        checksum: null,
        headers: [],
      });
    } else if (isAddress(words)) {
      // Lists that people indent: an option is never an address.
      entries.push({ urls: [words], where, out: null, dir: null, checksum: null, headers: [] });
    } else if (entry === undefined) {
      throw new UsageError(
        `${where}: an indented line says something about the address above it; there is none.`,
      );
    } else {
      entries[entries.length - 1] = { ...entry, ...readOption(words, entry, where) };
    }
  }
  return entries;
}

function isAddress(words: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(words);
}

function readOption(words: string, entry: ListEntry, where: string): Partial<ListEntry> {
  const at = words.indexOf("=");
  const [name, value] = [words.slice(0, Math.max(0, at)).trim(), words.slice(at + 1).trim()];
  switch (name) {
    case "out":
      return { out: value };
    case "dir":
      return { dir: value };
    case "header":
      return { headers: [...entry.headers, value] };
    case "checksum":
      return { checksum: readChecksum(value, where) };
    default:
      // The line itself may hold a secret and is not repeated.
      throw new UsageError(
        `${where}: expected out=, dir=, checksum= or header= on an indented line` +
          `${/^[a-z0-9-]+$/.test(name) ? `, got ${name}=` : ""}.`,
      );
  }
}

/** `sha-256=9f86d0…`. */
function readChecksum(value: string, where: string): ListEntry["checksum"] {
  const [, name = "", hex = ""] = /^([^=]+)=([0-9a-f]+)$/i.exec(value) ?? [];
  const algorithm = ALGORITHMS[name.toLowerCase()];
  if (algorithm === undefined || hex.length !== DIGITS[algorithm]) {
    const known = Object.keys(ALGORITHMS).join(", ");
    throw new UsageError(
      `${where}: expected checksum=NAME=DIGITS, NAME one of ${known}, got ${JSON.stringify(value)}.`,
    );
  }
  return { algorithm, hex: hex.toLowerCase() };
}
