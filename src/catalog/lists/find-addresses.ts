/**
 * The addresses of a line, as people paste it: alone, several beside each other, in quotes or brackets, as a link of
 * Markdown or HTML, or in the middle of a sentence. Pure.
 */
import { hasControl } from "../../job/file-name.ts";

const SCHEME = "[a-z][a-z0-9+.-]{0,19}://";
/** An address holds no white space, and nothing a text puts around it; of two behind each other each begins anew. */
const ADDRESS = new RegExp(
  String.raw`(?<![a-z0-9+.-])${SCHEME}(?:(?!\]\(|,${SCHEME})[^\s<>"${"`"}“”„«»])+`,
  "gi",
);
const ALONE = new RegExp(String.raw`^${SCHEME}\S*$`, "i");
const SEPARATED = new RegExp(`,${SCHEME}`, "i");

/** What stands in front of an address and what then ends it. */
const CLOSING: Readonly<Record<string, string>> = { "'": "'", "‘": "’", "‚": "‘" };
const BRACKETS: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };

/** True for a text that begins with an address, well written or not. */
export function isAddress(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
}

/** Each once, in order; the line itself where it is one source and nothing else. */
export function findAddresses(line: string): string[] {
  const words = line.trim();
  // Characters that nobody sees are not guessed at.
  if (!words.includes("://") || hasControl(words.replaceAll("\t", " "))) return [words];
  const alone = words.replace(/,{1,8}$/, "");
  if (ALONE.test(alone) && !SEPARATED.test(alone)) return [alone];
  const found = [...words.matchAll(ADDRESS)].map(({ 0: text, index }) =>
    trimAddress(text, words.charAt(index - 1)),
  );
  const addresses = [...new Set(found.filter((address) => !address.endsWith("://")))];
  if (addresses.length === 0 || (addresses.length === 1 && holdsSpaces(words))) return [words];
  return addresses;
}

/** `https://h/my model.bin`: whoever wrote it meant the file, not its first word; nor is half a host one. */
function holdsSpaces(words: string): boolean {
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/\s]*\s/i.test(words)) return true;
  const [, first = ""] = /^\S+:\/\/[^/\s]+\/(\S*)\s/.exec(words) ?? [];
  const endsInName = /\.(?=\w*[a-z])\w{1,12}$/i;
  return isAddress(words) && !/[?#]|\.\w{1,12}[,;:]?$/.test(first) && endsInName.test(words);
}

/** Without the marks that belong to the text around it. */
function trimAddress(text: string, before: string): string {
  const closing = CLOSING[before];
  const address =
    closing !== undefined && text.includes(closing) ? text.slice(0, text.indexOf(closing)) : text;
  const excess = new Map(
    Object.entries(BRACKETS).map(([close, open]) => [close, count(address, close) - count(address, open)]),
  );
  let end = address.length;
  for (; end > 0; end--) {
    const last = address.charAt(end - 1);
    const left = excess.get(last);
    // A bracket that was opened inside belongs to the address: `…/x_(1)`.
    if (left === undefined ? !/[.,;:!?'’*_|\\]/.test(last) : left <= 0) break;
    if (left !== undefined) excess.set(last, left - 1);
  }
  return address.slice(0, end);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
