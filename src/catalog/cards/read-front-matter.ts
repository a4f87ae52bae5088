/** YAML of a card → its fields as they are written, each with its line. Nothing in it can run or grow. */
import { isMap, isScalar, LineCounter, parseDocument } from "yaml";
import type { Node, Pair } from "yaml";

export interface Field {
  value: unknown;
  line: number;
}

export type FrontMatter =
  | { kind: "read"; fields: ReadonlyMap<string, Field> }
  | { kind: "broken"; line: number; reason: string };

/** `&a` and `*a`: a list of lists of lists must not become a billion entries. */
const MAX_ALIASES = 20;
/** Deeper values are left out. */
const MAX_DEPTH = 8;

export function readFrontMatter(text: string, firstLine: number): FrontMatter {
  const lines = new LineCounter();
  const lineAt = (offset: number): number => firstLine + Math.max(1, lines.linePos(offset).line) - 1;
  try {
    const document = parseDocument(text, {
      lineCounter: lines,
      prettyErrors: false,
      schema: "core",
      version: "1.2",
      logLevel: "silent",
    });
    const [error] = document.errors;
    if (error !== undefined)
      return broken(lineAt(error.pos[0]), `the front matter is no valid YAML: ${say(error.message)}`);
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null))
      return { kind: "read", fields: new Map() };
    if (!isMap(contents))
      return broken(firstLine, "the front matter has to be fields, each as 'name: value'");
    const fields = new Map<string, Field>();
    for (const { key, value } of contents.items as Pair<Node, Node | null>[]) {
      if (!isScalar(key)) continue;
      const plain: unknown = value === null ? null : value.toJS(document, { maxAliasCount: MAX_ALIASES });
      fields.set(String(key.value), { value: toPlain(plain, MAX_DEPTH), line: lineAt(key.range?.[0] ?? 0) });
    }
    return { kind: "read", fields };
  } catch (error) {
    // Of the library: too many aliases, or nested beyond the stack.
    return broken(
      firstLine,
      `the front matter cannot be read: ${error instanceof Error ? say(error.message) : "no reason given"}`,
    );
  }
}

function broken(line: number, reason: string): FrontMatter {
  return { kind: "broken", line, reason };
}

/** What JSON can hold, and no deeper than anybody writes it. */
function toPlain(value: unknown, depth: number): unknown {
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  if (typeof value === "number") return Number.isFinite(value) ? value : String(value);
  if (typeof value === "bigint") return String(value);
  if (depth === 0 || typeof value !== "object") return null;
  if (Array.isArray(value)) return value.map((entry) => toPlain(entry, depth - 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toPlain(entry, depth - 1)]));
}

const MAX_REASON = 160;

/** The first line of a message, without a full stop. */
function say(message: string): string {
  const line = (message.split("\n", 1)[0] ?? "").replace(/[.:]$/, "");
  const cut = line.length > MAX_REASON ? `${line.slice(0, MAX_REASON)}…` : line;
  return cut.charAt(0).toLowerCase() + cut.slice(1);
}
