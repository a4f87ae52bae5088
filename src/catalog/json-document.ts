/**
 * JSON text (RFC 8259) with the place of every value in it, so that a file can be edited where it has to
 * change and stays byte for byte as its owner wrote it everywhere else.
 */

export interface JsonMember {
  key: string;
  /** Offset of the key's opening quote. */
  start: number;
  value: JsonNode;
}

/** `start` is the offset of the first character, `end` the one after the last. */
export type JsonNode =
  | { kind: "object"; start: number; end: number; members: readonly JsonMember[] }
  | { kind: "array"; start: number; end: number }
  | { kind: "scalar"; start: number; end: number };

export type JsonObject = Extract<JsonNode, { kind: "object" }>;

export type JsonOutcome =
  | { kind: "parsed"; root: JsonNode }
  /** `line` and `column` count from 1; a column is one UTF-16 unit. */
  | { kind: "broken"; message: string; line: number; column: number };

/** Deepest nesting that is read: far more than any catalogue has, far less than the stack. */
const MAX_DEPTH = 200;

/** Reads JSON text strictly. A byte order mark in front is allowed (RFC 8259 §8.1 lets readers ignore it). */
export function parseJson(text: string): JsonOutcome {
  const cursor: Cursor = { text, at: text.startsWith("\uFEFF") ? 1 : 0, depth: 0 };
  try {
    skipSpace(cursor);
    if (cursor.at === text.length) throw new Fault("the file is empty", cursor.at);
    const root = readValue(cursor);
    skipSpace(cursor);
    if (cursor.at < text.length) throw new Fault("more text follows the end of the JSON value", cursor.at);
    return { kind: "parsed", root };
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { kind: "broken", message: fault.message, ...locate(text, fault.offset) };
  }
}

/** The last member with this key: where a key occurs twice, the last one counts, as for `JSON.parse`. */
export function memberOf(node: JsonNode, key: string): JsonMember | undefined {
  return node.kind === "object" ? node.members.findLast((member) => member.key === key) : undefined;
}

interface Cursor {
  readonly text: string;
  at: number;
  depth: number;
}

class Fault extends Error {
  readonly offset: number;
  constructor(message: string, offset: number) {
    super(message);
    this.offset = offset;
  }
}

function readValue(cursor: Cursor): JsonNode {
  const start = cursor.at;
  switch (cursor.text[start]) {
    case "{":
      return nested(cursor, readObject);
    case "[":
      return nested(cursor, readArray);
    case '"':
      skipString(cursor);
      return { kind: "scalar", start, end: cursor.at };
    default:
      skipScalar(cursor);
      return { kind: "scalar", start, end: cursor.at };
  }
}

function nested(cursor: Cursor, read: (cursor: Cursor) => JsonNode): JsonNode {
  if (cursor.depth === MAX_DEPTH) throw new Fault(`nested deeper than ${MAX_DEPTH} levels`, cursor.at);
  cursor.depth++;
  const node = read(cursor);
  cursor.depth--;
  return node;
}

function readObject(cursor: Cursor): JsonObject {
  const start = cursor.at++;
  const members: JsonMember[] = [];
  skipSpace(cursor);
  if (takeIf(cursor, "}")) return { kind: "object", start, end: cursor.at, members };
  for (;;) {
    if (cursor.text[cursor.at] !== '"') throw unexpected(cursor, "a key in double quotes");
    const keyStart = cursor.at;
    skipString(cursor);
    const key = JSON.parse(cursor.text.slice(keyStart, cursor.at)) as string;
    skipSpace(cursor);
    if (!takeIf(cursor, ":")) throw unexpected(cursor, "':' after the key");
    skipSpace(cursor);
    members.push({ key, start: keyStart, value: readValue(cursor) });
    skipSpace(cursor);
    if (takeIf(cursor, "}")) return { kind: "object", start, end: cursor.at, members };
    if (!takeIf(cursor, ",")) throw unexpected(cursor, "',' or '}'");
    skipSpace(cursor);
  }
}

function readArray(cursor: Cursor): JsonNode {
  const start = cursor.at++;
  skipSpace(cursor);
  if (takeIf(cursor, "]")) return { kind: "array", start, end: cursor.at };
  for (;;) {
    readValue(cursor);
    skipSpace(cursor);
    if (takeIf(cursor, "]")) return { kind: "array", start, end: cursor.at };
    if (!takeIf(cursor, ",")) throw unexpected(cursor, "',' or ']'");
    skipSpace(cursor);
  }
}

const ESCAPE = /["\\/bfnrt]|u[0-9a-fA-F]{4}/y;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

function skipString(cursor: Cursor): void {
  const { text } = cursor;
  const start = cursor.at;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return;
    }
    // RFC 8259 §7: control characters must be escaped.
    if (code < 0x20) throw new Fault("a control character or line end inside a string", at);
    if (code !== BACKSLASH) continue;
    ESCAPE.lastIndex = at + 1;
    if (!ESCAPE.test(text)) throw new Fault("a backslash that begins no escape sequence", at);
    at = ESCAPE.lastIndex - 1;
  }
  throw new Fault("a string that is not closed", start);
}

const SCALAR = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

function skipScalar(cursor: Cursor): void {
  SCALAR.lastIndex = cursor.at;
  if (!SCALAR.test(cursor.text)) throw unexpected(cursor, "a value");
  cursor.at = SCALAR.lastIndex;
}

function skipSpace(cursor: Cursor): void {
  while (" \t\n\r".includes(cursor.text[cursor.at] ?? "x")) cursor.at++;
}

function takeIf(cursor: Cursor, character: string): boolean {
  if (cursor.text[cursor.at] !== character) return false;
  cursor.at++;
  return true;
}

function unexpected(cursor: Cursor, wanted: string): Fault {
  const found = cursor.text[cursor.at];
  const what = found === undefined ? "the file ends" : `${JSON.stringify(found)} stands`;
  return new Fault(`${what} where ${wanted} should be`, cursor.at);
}

function locate(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\n|\r/);
  return { line: before.length, column: (before.at(-1) ?? "").length + 1 };
}
