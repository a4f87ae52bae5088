/**
 * Changes to JSON text that touch nothing but what they change: the order of keys, unknown fields, number
 * formats, indentation, line ends and a byte order mark stay as they were found. Pure.
 */
import { memberOf, parseJson, type JsonMember, type JsonNode, type JsonObject } from "./json-document.ts";

/** Sets the value at a path of keys; all but the last key must exist and hold objects. */
export function setAt(text: string, path: readonly string[], value: unknown): string {
  return setTextAt(text, path, (indent) => print(value, indent, styleOf(text)));
}

/** As `setAt`, with the value given as JSON text, which is put in as it is. */
export function setRawAt(text: string, path: readonly string[], raw: string): string {
  return setTextAt(text, path, () => raw);
}

/** Takes the member at a path of keys out, every occurrence of its key; the text as it was if there is none. */
export function removeAt(text: string, path: readonly string[]): string {
  const key = path.at(-1) as string;
  let result = text;
  for (;;) {
    const parent = objectAt(result, path.slice(0, -1));
    const index = parent.members.findIndex((member) => member.key === key);
    if (index === -1) return result;
    result = removeMember(result, parent, index);
  }
}

/** JSON text of the value at a path of keys, or null if there is none. */
export function rawAt(text: string, path: readonly string[]): string | null {
  let node: JsonNode | undefined = rootOf(text);
  for (const key of path) node = node && memberOf(node, key)?.value;
  return node === undefined ? null : text.slice(node.start, node.end);
}

interface Style {
  lineEnd: string;
  /** One level of indentation; null where the whole text is one line. */
  unit: string | null;
}

function setTextAt(
  text: string,
  path: readonly string[],
  printValue: (indent: string | null) => string,
): string {
  const key = path.at(-1) as string;
  const parent = objectAt(text, path.slice(0, -1));
  const present = memberOf(parent, key);
  if (present !== undefined) {
    const { start, end } = present.value;
    return splice(text, start, end, printValue(indentBefore(text, present.start)));
  }
  const keyText = `${JSON.stringify(key)}:`;
  const last = parent.members.at(-1);
  if (last !== undefined) {
    const space = text.slice(0, last.value.start).endsWith(":") ? "" : " ";
    // The only member of a one-line object stands right after the brace: its colon tells how dense the text is.
    const gap = gapBefore(text, last) || space;
    const added = `,${gap}${keyText}${space}${printValue(indentBefore(text, last.start))}`;
    return splice(text, last.value.end, last.value.end, added);
  }
  const { unit, lineEnd } = styleOf(text);
  const outer = indentOfLine(text, parent.start);
  if (unit === null || outer === null)
    return splice(text, parent.start, parent.end, `{${keyText} ${printValue(null)}}`);
  const inner = outer + unit;
  const filled = `{${lineEnd}${inner}${keyText} ${printValue(inner)}${lineEnd}${outer}}`;
  return splice(text, parent.start, parent.end, filled);
}

function removeMember(text: string, parent: JsonObject, index: number): string {
  const member = parent.members[index] as JsonMember;
  const before = parent.members[index - 1];
  const after = parent.members[index + 1];
  if (before !== undefined) return splice(text, before.value.end, member.value.end, "");
  if (after !== undefined) return splice(text, member.start, after.start, "");
  return splice(text, parent.start, parent.end, "{}");
}

function print(value: unknown, indent: string | null, { unit, lineEnd }: Style): string {
  if (unit === null || indent === null) return JSON.stringify(value);
  return JSON.stringify(value, null, unit).replaceAll("\n", lineEnd + indent);
}

/** What a text's author uses: read off its first indented line. */
function styleOf(text: string): Style {
  const lineEnd = text.includes("\r\n") ? "\r\n" : "\n";
  const unit = /\n([ \t]+)"/.exec(text)?.[1];
  if (unit !== undefined) return { lineEnd, unit };
  // Nothing is indented yet: `{}` is pretty-printed from now on, other one-line text stays on one line.
  return { lineEnd, unit: /^\uFEFF?\s*\{\s*\}\s*$/.test(text) || text.trim().includes("\n") ? "  " : null };
}

/** White space between a member and the comma or brace before it. */
function gapBefore(text: string, member: JsonMember): string {
  return /[ \t\n\r]*$/.exec(text.slice(Math.max(0, member.start - MAX_GAP), member.start))?.[0] ?? "";
}

/** Longest white space before a key that is copied when another is put after it. */
const MAX_GAP = 200;

/** The indentation of the key at `start` if it stands on a line of its own, else null. */
function indentBefore(text: string, start: number): string | null {
  const line = text.slice(text.lastIndexOf("\n", start - 1) + 1, start);
  return /^[ \t]*$/.test(line) && text.lastIndexOf("\n", start - 1) !== -1 ? line : null;
}

/** The indentation of the line an object begins in; null if the object around it begins in the same line. */
function indentOfLine(text: string, offset: number): string | null {
  const line = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  return line.includes("{") ? null : (/^[ \t]*/.exec(line)?.[0] ?? "");
}

function objectAt(text: string, path: readonly string[]): JsonObject {
  let node: JsonNode | undefined = rootOf(text);
  for (const key of path) node = node && memberOf(node, key)?.value;
  if (node?.kind !== "object") throw new Error(`no object at ${JSON.stringify(path)}`);
  return node;
}

function rootOf(text: string): JsonNode {
  const outcome = parseJson(text);
  if (outcome.kind === "broken") throw new Error(`edit of broken JSON: ${outcome.message}`);
  return outcome.root;
}

function splice(text: string, start: number, end: number, put: string): string {
  return text.slice(0, start) + put + text.slice(end);
}
