/** Texts inside an OpenPGP signature. Pure. */

const SIGNED_BEGIN = "-----BEGIN PGP SIGNED MESSAGE-----";
const SIGNATURE_BEGIN = "-----BEGIN PGP SIGNATURE-----";

/**
 * RFC 9580 §7 (cleartext signature framework): header lines, an empty line, the text with `- ` before every line
 * that begins with a dash, the signature. What stands outside is not signed and does not count.
 */
export function unwrapSigned(lines: readonly string[]): { lines: readonly string[]; signed: boolean } {
  const begin = lines.findIndex((line) => line.trimEnd() === SIGNED_BEGIN);
  if (begin === -1) return { lines, signed: false };
  const text = lines.findIndex((line, at) => at > begin && line.trim() === "");
  const end = lines.findIndex((line, at) => at > begin && line.trimEnd() === SIGNATURE_BEGIN);
  if (text === -1 || end === -1 || text > end) return { lines: [], signed: true };
  const inside = lines.slice(text + 1, end).map((line) => (line.startsWith("- ") ? line.slice(2) : line));
  return { lines: inside, signed: true };
}
