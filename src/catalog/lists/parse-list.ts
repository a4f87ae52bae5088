/**
 * A list of downloads: a line with an address for each, and below it, on indented lines, what is special about it. It
 * is the input file of aria2, as far as files are concerned; a line may also be a command of curl, wget or aria2c, or
 * words with addresses in them. Pure.
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
import { commandTool } from "../../job/command-line.ts";
import { findAddresses, isAddress } from "./find-addresses.ts";
import type { ListEntry, ListItem } from "./list-entry.ts";
import { entryAt, isFault } from "./list-entry.ts";
import { readChecksum } from "./read-checksum.ts";
import { readCommandLine } from "./read-command-line.ts";

/** True for a source that is no single word but a list: several lines, a command, or addresses among other words. */
export function isListText(source: string): boolean {
  const text = source.trim();
  if (/^#|[\r\n]/.test(text) || commandTool(text) !== null) return true;
  const [first, second] = findAddresses(text);
  return first !== text || second !== undefined || (text.includes("\t") && isAddress(text));
}

export function parseList(text: string): ListItem[] {
  const items: ListItem[] = [];
  const lines = text.replace(/^\uFEFF/, "").split(/\r?\n/);
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] as string;
    const where = `line ${at + 1}`;
    const words = line.trim();
    // Comments, and the fences that Markdown puts around commands.
    if (words === "" || /^(?:#|```)/.test(words)) continue;
    if (commandTool(words) !== null) {
      const from = at;
      while (at + 1 < lines.length && /\\\s*$/.test(lines[at] as string)) at++;
      items.push(...readCommandLine(lines.slice(from, at + 1), where));
    } else if (isOption(line)) takeOption(words, where, items);
    else items.push(...readLine(words).map((urls) => entryAt(where, urls)));
  }
  return items;
}

/** Lists that people indent: an address is never an option, whatever it stands in. */
function isOption(line: string): boolean {
  return /^[ \t]/.test(line) && (/^\s*[a-z-]+\s*=/.test(line) || !line.includes("://"));
}

/** The addresses of each download of a line. */
function readLine(words: string): string[][] {
  const parts = words.split("\t").map(findAddresses);
  // Addresses of the same bytes stand behind tabs.
  if (parts.every(({ length }) => length === 1)) return [parts.flat().filter((address) => address !== "")];
  return findAddresses(words).map((address) => [address]);
}

function takeOption(words: string, where: string, items: ListItem[]): void {
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
