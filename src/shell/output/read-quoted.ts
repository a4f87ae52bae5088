/** Names between quotation marks, in the marks of any language that tools are translated to. */

/** Opening and closing marks; what one language opens with another closes with. */
const MARKS: readonly (readonly [string, string])[] = [
  ["‘", "’"],
  ["»", "«"],
  ["«", "»"],
  ["„", "“"],
  ["„", "”"],
  ["“", "”"],
  ["”", "”"],
  ["’", "’"],
  ["‚", "‘"],
  ["‹", "›"],
  ["「", "」"],
  ["『", "』"],
  ['"', '"'],
  ["`", "'"],
  ["'", "'"],
];

/** What stands between the first opening and the last closing mark, or null: names may hold marks themselves. */
export function readQuoted(text: string): string | null {
  let best: { from: number; name: string } | null = null;
  for (const [open, close] of MARKS) {
    const from = text.indexOf(open);
    if (from < 0 || (best !== null && best.from <= from)) continue;
    const to = text.lastIndexOf(close);
    if (to > from + open.length) best = { from, name: text.slice(from + open.length, to) };
  }
  // French sets spaces, usually unbreakable ones, between marks and name.
  return best === null ? null : unescape(best.name.replace(/^[\u00a0\u202f ]|[\u00a0\u202f ]$/g, ""));
}

/** GNU tools print what a locale cannot show as `\303\244` (UTF-8, as a rule), and marks and backslashes after a backslash. */
function unescape(name: string): string {
  if (!name.includes("\\")) return name;
  const bytes: Buffer[] = [];
  for (const [part, octal, escaped] of name.matchAll(/\\(?:([0-3][0-7]{2})|(['"`\\]))|[^\\]+|\\/g)) {
    if (octal !== undefined) bytes.push(Buffer.of(Number.parseInt(octal, 8)));
    else bytes.push(Buffer.from(escaped ?? part));
  }
  return Buffer.concat(bytes).toString("utf8");
}
