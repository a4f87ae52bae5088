/** Names from servers, cards and catalogues (CONTRACT §7.8): they never leave their folder. */

/** Longest name in bytes; ext4, xfs and most others take 255, and `.part.json` needs its room. */
export const MAX_NAME_BYTES = 240;

// oxlint-disable-next-line no-control-regex -- they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/;

/** Why a relative path may not be used, or null when it may. `field` names it in the sentence. */
export function refusePath(path: string, field: string): string | null {
  if (path === "") return `${field} must not be empty`;
  if (CONTROL.test(path)) return `${field} must not hold control characters`;
  if (path.length > 4000) return `${field} must be at most 4000 characters, it has ${path.length}`;
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
  if (byteLength(segment) > MAX_NAME_BYTES) return `must not hold names longer than ${MAX_NAME_BYTES} bytes`;
  if (segment.endsWith(".part") || segment.endsWith(".part.json"))
    return "must not end in '.part', partial files are called so";
  return null;
}

/**
 * A safe file name made of what a server calls the file: its last path segment without control
 * characters and leading dots, cut to length with its extension kept. Null if nothing is left.
 */
export function toFileName(raw: string): string | null {
  const last = raw.split(/[/\\]/).at(-1) ?? "";
  const clean = [...last.normalize("NFC")]
    .filter((character) => !CONTROL.test(character))
    .join("")
    .replace(/[<>:"|?*]/g, "_")
    .trim()
    .replace(/^\.+/, "")
    .replace(/(?:\.part(?:\.json)?)+$/, "")
    .replace(/[. ]+$/, "");
  return clean === "" ? null : shorten(clean);
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

function shorten(name: string): string {
  if (byteLength(name) <= MAX_NAME_BYTES) return name;
  const extension = /\.[A-Za-z0-9]{1,12}$/.exec(name)?.[0] ?? "";
  let stem = "";
  const room = MAX_NAME_BYTES - extension.length;
  for (const character of name) {
    if (byteLength(stem + character) > room) break;
    stem += character;
  }
  return stem + extension;
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}
