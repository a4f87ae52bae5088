/**
 * A list of downloads: a line with an address for each, and below it, on indented lines, what is special about it. It
 * is the input file of aria2, as far as files are concerned; a line may also be a curl command, as browsers copy it.
 * Pure.
 *
 *   # a comment
 *   https://example.org/a.bin
 *   https://example.org/b.bin<TAB>https://mirror.example.net/b.bin
 *     out=other-name.bin
 *     dir=models/unet
 *     checksum=sha-256=9f86d0…
 *     header=Authorization: Bearer …
 *   curl 'https://example.org/c.bin' \
 *     -H 'Cookie: …'
 */
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { ListEntry, ListItem } from "./list-entry.ts";
import { entryAt, isFault } from "./list-entry.ts";
import { readCurlLine } from "./read-curl.ts";

/** aria2's names of the hashes we know. */
const ALGORITHMS: Readonly<Record<string, ChecksumAlgorithm>> = {
  "sha-256": "sha256",
  "sha-512": "sha512",
  "sha-1": "sha1",
  md5: "md5",
  blake3: "blake3",
};
const DIGITS: Record<ChecksumAlgorithm, number> = { sha256: 64, sha512: 128, sha1: 40, md5: 32, blake3: 64 };

/** True for a source that is no single word but a list: several lines, or a command. */
export function isListText(source: string): boolean {
  const text = source.trim();
  return /^#|[\r\n]/.test(text) || isCurl(text);
}

export function parseList(text: string): ListItem[] {
  const items: ListItem[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const where = `line ${at + 1}`;
    const words = line.trim();
    if (words === "" || words.startsWith("#")) continue;
    if (isCurl(words)) {
      const from = at;
      while (at + 1 < lines.length && /\\\s*$/.test(lines[at] as string)) at++;
      items.push(
        ...readCurlLine(
          lines
            .slice(from, at + 1)
            .map(joinable)
            .join("\n"),
          where,
        ),
      );
    } else takeLine(line, words, where, items);
  }
  return items;
}

function isCurl(words: string): boolean {
  return /^(?:\$ )?curl(?:\.exe)?\s/.test(words);
}

/** White space behind the backslash, as pasted text has it, would end the line for a shell. */
function joinable(line: string): string {
  return line.replace(/\\\s+$/, "\\").replace(/^\$ (?=curl)/, "");
}

function takeLine(line: string, words: string, where: string, items: ListItem[]): void {
  // Lists that people indent: an option is never an address.
  if (!/^[ \t]/.test(line) || isAddress(words)) {
    const urls = words.split("\t").map((url) => url.trim());
    items.push(
      entryAt(
        where,
        urls.filter((url) => url !== ""),
      ),
    );
    return;
  }
  const entry = items.at(-1);
  if (entry === undefined)
    return void items.push({
      where,
      reason: "an indented line says something about the address above it; there is none",
    });
  // What belongs to a wrong entry is as wrong.
  if (isFault(entry)) return;
  const option = readOption(words, entry);
  items[items.length - 1] = typeof option === "string" ? { where, reason: option } : { ...entry, ...option };
}

function isAddress(words: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(words);
}

/** Or why it is none. */
function readOption(words: string, entry: ListEntry): Partial<ListEntry> | string {
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
      return readChecksum(value);
    default:
      return (
        "expected out=, dir=, checksum= or header= on an indented line" +
        (/^[a-z0-9-]+$/.test(name) ? `, got ${name}=` : "")
      );
  }
}

/** `sha-256=9f86d0…`. */
function readChecksum(value: string): Pick<ListEntry, "checksum"> | string {
  const [, name = "", hex = ""] = /^([^=]+)=([0-9a-f]+)$/i.exec(value) ?? [];
  const algorithm = ALGORITHMS[name.toLowerCase()];
  if (algorithm !== undefined && hex.length === DIGITS[algorithm])
    return { checksum: { algorithm, hex: hex.toLowerCase() } };
  const known = Object.keys(ALGORITHMS).join(", ");
  return `expected checksum=NAME=DIGITS, NAME one of ${known}, got ${JSON.stringify(value.slice(0, 200))}`;
}
