/** What servers answer in JSON: read with care, complained about by field. */
import type { DocumentAnswer } from "../job/document-contract.ts";

export type JsonReading = { value: unknown; problem: null } | { value: null; problem: string };

/** The value, or why there is none: half a sentence. */
export function readJson({ bytes, headers }: Pick<DocumentAnswer, "bytes" | "headers">): JsonReading {
  const type = headers["content-type"] ?? "";
  if (/^\s*(?:text\/html|application\/xhtml)/i.test(type)) return { value: null, problem: "sent a web page" };
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return { value: null, problem: "sent something that is no text" };
  }
  try {
    return { value: JSON.parse(text) as unknown, problem: null };
  } catch (error) {
    // Deep nesting ends as a RangeError; the words of a SyntaxError may repeat the text.
    const why = error instanceof RangeError ? "is nested too deeply" : "is not valid";
    return { value: null, problem: `sent JSON that ${why}` };
  }
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What came in place of what was expected, by kind: `a text`, `nothing`. */
export function kindOf(value: unknown): string {
  if (value === undefined) return "nothing";
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  switch (typeof value) {
    case "string":
      return value === "" ? "an empty text" : "a text";
    case "number":
      return Number.isFinite(value) ? `the number ${value}` : "a number";
    case "boolean":
      return String(value);
    default:
      return "an object";
  }
}
