/** RFC 6266: the name a server gives a file. */

/** The raw name, or null; it is not safe to use as it is. `filename*` goes first (§4.3). */
export function readDisposition(value: string | null): string | null {
  if (value === null) return null;
  const parameters = parseParameters(value);
  const extended = parameters.get("filename*");
  return (extended === undefined ? null : decodeExtended(extended)) ?? parameters.get("filename") ?? null;
}

/** `attachment; name=token; name="quoted \" string"`. Names in lower case; the first of equal names counts. */
function parseParameters(value: string): Map<string, string> {
  const found = new Map<string, string>();
  const parameter = /;\s*([!#$%&'*+\-.^_`|~0-9A-Za-z]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))/gy;
  parameter.lastIndex = /^[^;]*/.exec(value)?.[0].length ?? 0;
  for (;;) {
    const match = parameter.exec(value);
    if (match === null) return found;
    const name = (match[1] as string).toLowerCase();
    const text = match[2]?.replace(/\\(.)/g, "$1") ?? match[3]?.trim() ?? "";
    if (!found.has(name) && text !== "") found.set(name, fromLatin1(text));
    parameter.lastIndex += /^\s*/.exec(value.slice(parameter.lastIndex))?.[0].length ?? 0;
  }
}

/** Header bytes arrive one per character; servers send UTF-8 all the same. */
function fromLatin1(text: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(text, "latin1"));
  } catch {
    return text;
  }
}

/** RFC 8187 §3.2.1: charset'language'percent-encoded. */
function decodeExtended(value: string): string | null {
  const match = /^(utf-8|iso-8859-1)'[^']*'(.*)$/i.exec(value);
  if (match === null) return null;
  try {
    const bytes = Buffer.from(
      (match[2] as string).replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
        String.fromCharCode(parseInt(hex, 16)),
      ),
      "latin1",
    );
    const charset = (match[1] as string).toLowerCase();
    return new TextDecoder(charset === "utf-8" ? "utf-8" : "latin1", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
