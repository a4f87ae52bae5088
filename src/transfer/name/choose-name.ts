import { nameFromUrl, toFileName } from "../../job/file-name.ts";
import { readDisposition } from "./content-disposition.ts";

/** When nothing else gives a name. */
const LAST_RESORT = "download";

/**
 * What to call a file whose name only the server knows; always safe to use in a folder (CONTRACT §7.8).
 *
 * @param asked the URL as it was given
 * @param final the URL that answered, after redirects
 */
export function chooseName(disposition: string | null, asked: URL, final: URL): string {
  const given = readDisposition(disposition);
  const named = given === null ? null : toFileName(given);
  if (named !== null) return named;
  const fromAsked = nameFromUrl(asked.href);
  const fromFinal = nameFromUrl(final.href);
  // Redirects lead to storage, where files are called by hash or id: there the name that was asked for is better.
  const candidates = [
    fromFinal !== null && hasExtension(fromFinal) && !looksLikeHash(fromFinal) ? fromFinal : null,
    fromAsked !== null && hasExtension(fromAsked) ? fromAsked : null,
    fromFinal !== null && !looksLikeHash(fromFinal) ? fromFinal : null,
  ];
  return candidates.find((name) => name !== null) ?? fromAsked ?? fromFinal ?? LAST_RESORT;
}

function hasExtension(name: string): boolean {
  return /[^.]\.[A-Za-z0-9]{1,12}$/.test(name) && !/^[0-9.]+$/.test(name);
}

/** Hexadecimal digits or an UUID, with or without an extension. */
function looksLikeHash(name: string): boolean {
  return /^[0-9a-f-]{16,}(?:\.[A-Za-z0-9]{1,12})?$/i.test(name);
}
