/** Names from servers, cards and catalogues (CONTRACT §7.8): they never leave their folder. */

/** Longest name in bytes; ext4, xfs and most others take 255, and `.part.json` needs its room. */
export const MAX_NAME_BYTES = 240;

/** Longest path in characters: PATH_MAX is 4096 bytes on Linux, with the folder in front. */
const MAX_PATH_LENGTH = 4000;

/**
 * Longest raw name that is read. What a server sends may be as long as it likes; of a longer one the end
 * counts, as the extension is there.
 */
const MAX_RAW_LENGTH = 4096;

/**
 * C0, C1, line separators, and what is invisible or turns the reading direction: a name with these shows
 * as another one than it is.
 */
const CONTROL =
  // oxlint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/;

/** Names of devices on Windows, with any extension: on its disks and shares such a file cannot be made, or opened. */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?=\.|$)/i;

/** What lies beside an unfinished file: a final name with such an end would be taken for it, and written over. */
const PARTIAL_SUFFIXES = [".part", ".part.json", ".part.json.tmp", ".part.lock"];

/** True if a text holds control characters, invisible ones included, or half a surrogate pair. */
export function hasControl(text: string): boolean {
  return CONTROL.test(text) || !text.isWellFormed();
}

/** Why a relative path may not be used, or null when it may. `field` names it in the sentence. */
export function refusePath(path: string, field: string): string | null {
  if (path === "") return `${field} must not be empty`;
  if (path.length > MAX_PATH_LENGTH)
    return `${field} must be at most ${MAX_PATH_LENGTH} characters, it has ${path.length}`;
  if (hasControl(path)) return `${field} must not hold control characters`;
  for (const segment of path.split(/[/\\]/)) {
    const refusal = refuseSegment(segment);
    if (refusal !== null) return `${field} ${refusal}: ${JSON.stringify(path)}`;
  }
  return null;
}

function refuseSegment(segment: string): string | null {
  if (segment === "..") return "must not leave its folder with '..'";
  if (segment === "" || segment === ".") return "must not hold empty or '.' parts";
  if (segment.startsWith(".")) return "must not hold names that begin with a dot";
  if (segment.trim() !== segment) return "must not hold names that begin or end with a space";
  if (isTooLong(segment)) return `must not hold names longer than ${MAX_NAME_BYTES} bytes`;
  const suffix = partialSuffixOf(segment);
  return suffix === null ? null : `must not end in '${suffix}', partial files are called so`;
}

/** The end of a name that only partial files and what lies beside them have, or null. */
export function partialSuffixOf(name: string): string | null {
  return PARTIAL_SUFFIXES.find((suffix) => name.toLowerCase().endsWith(suffix)) ?? null;
}

/**
 * A safe file name made of what a server calls the file: its last path segment without control
 * characters and leading dots, cut to length with its extension kept. Null if nothing is left.
 * What comes out passes `refusePath` and comes out of a second call unchanged.
 */
export function toFileName(raw: string): string | null {
  const last = raw.slice(-MAX_RAW_LENGTH).split(/[/\\]/).at(-1) ?? "";
  // Normalised last: what is left out may have stood between a letter and its accent.
  const visible = [...last.toWellFormed()]
    .filter((character) => !CONTROL.test(character))
    .join("")
    .normalize("NFC")
    .replace(/[<>:"|?*]/g, "_");
  const name = trimEnds(shorten(trimEnds(visible).replace(DEVICE, "_$&")));
  return name === "" ? null : name;
}

/** The file name a URL's path ends in, decoded and made safe; null if it ends in none. */
export function nameFromUrl(url: string): string | null {
  const { pathname } = new URL(url);
  const last = pathname.split("/").at(-1) ?? "";
  try {
    return toFileName(decodeURIComponent(last));
  } catch {
    return toFileName(last);
  }
}

/** Takes leading dots, trailing dots, spaces at both ends and partial-file suffixes off, until none is left. */
function trimEnds(name: string): string {
  let start = 0;
  while (start < name.length && isDotOrSpace(name.charAt(start))) start++;
  let rest = name.slice(start);
  for (;;) {
    let end = rest.length;
    while (end > 0 && isDotOrSpace(rest.charAt(end - 1))) end--;
    const stem = rest.slice(0, end);
    const suffix = partialSuffixOf(stem);
    if (suffix === null) return stem;
    rest = stem.slice(0, -suffix.length);
  }
}

function isDotOrSpace(character: string): boolean {
  return character === "." || character.trim() === "";
}

function shorten(name: string): string {
  if (!isTooLong(name)) return name;
  const extension = /\.[A-Za-z0-9]{1,12}$/.exec(name)?.[0] ?? "";
  const room = MAX_NAME_BYTES - extension.length;
  let stem = "";
  let bytes = 0;
  for (const character of name) {
    bytes += byteLength(character);
    if (bytes > room) break;
    stem += character;
  }
  return stem + extension;
}

/** A character is at most three bytes in UTF-8 for each of its units in UTF-16 (RFC 3629 §3): most names are never encoded. */
function isTooLong(name: string): boolean {
  return 3 * name.length > MAX_NAME_BYTES && byteLength(name) > MAX_NAME_BYTES;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
