/** What is wrong with a message: which field, what it has to be, what came. Never the value itself. */
import type { z } from "zod";

/** A longer field name is cut: it came from outside. */
const MAX_FIELD_LENGTH = 100;
/** A word this short may be repeated where only a few words are allowed; longer ones may be secrets. */
const MAX_ECHO_LENGTH = 32;

type Issue = z.core.$ZodIssue;

export interface Complaint {
  /** Path of the field, or the name of the whole (`body`). */
  field: string;
  /** A sentence that begins with the field. */
  message: string;
}

/** @param whole what to call the message as a whole: `body`, `query`, `id` … */
export function describeIssue(issue: Issue, message: unknown, whole: string): Complaint {
  if (issue.code === "unrecognized_keys") {
    const field = fieldName([...issue.path, issue.keys[0] ?? ""], whole);
    return { field, message: `${field} is not a field that is known here.` };
  }
  if (issue.code === "invalid_key") {
    const inner = issue.issues[0];
    const name = String(issue.path.at(-1));
    const about = inner === undefined ? "is no valid name" : demand(inner);
    // Whoever pastes `Authorization: Bearer …` as a name has put a secret there.
    if (/[\s:=]/.test(name) || name.length > MAX_ECHO_LENGTH) {
      const field = fieldName(issue.path.slice(0, -1), whole);
      return { field, message: `${field} has a name of ${name.length} characters that ${about}.` };
    }
    const field = fieldName(issue.path, whole);
    return { field, message: `${field} ${about}.` };
  }
  const meant = issue.code === "invalid_union" && ownWords(issue) === VAGUE ? branchOf(issue.errors) : null;
  if (meant !== null)
    return describeIssue({ ...meant, path: [...issue.path, ...meant.path] }, message, whole);
  const path = pathIn(message, issue.path);
  const field = fieldName(path, whole);
  const value = valueAt(message, path);
  const isAbout = issue.code === "custom" && typeof value === "object" ? "" : `, ${came(value, issue)}`;
  return { field, message: `${field} ${demand(issue)}${isAbout}.` };
}

function fieldName(path: readonly PropertyKey[], whole: string): string {
  if (path.length === 0) return whole;
  const name = path
    .map(String)
    .join(".")
    .replaceAll(/[^\x20-\x7e]/g, "?");
  return name.length > MAX_FIELD_LENGTH ? `${name.slice(0, MAX_FIELD_LENGTH)}…` : name;
}

function demand(issue: Issue): string {
  switch (issue.code) {
    case "invalid_type":
      return `must be ${KINDS[issue.expected] ?? issue.expected}`;
    case "too_small":
      return `must ${bound(issue.origin, "least", issue.minimum)}`;
    case "too_big":
      return `must ${bound(issue.origin, "most", issue.maximum)}`;
    case "invalid_format":
      return FORMATS[issue.format] ?? ownWords(issue);
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${issue.values.map(String).join(", ")}`;
    default:
      return ownWords(issue);
  }
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

const FORMATS: Readonly<Record<string, string>> = {
  uuid: "must be a UUID",
  safeint: "must be a whole number",
};

/** The words the schema gives with its rule (`must …`); the library's own begin with a capital. */
function ownWords({ message }: Issue): string {
  return /^[a-z]/.test(message) ? message : VAGUE;
}

const VAGUE = "is not valid";

/** Of several forms a message may have the one that was most likely meant: it fits the furthest, or has the least wrong. */
function branchOf(branches: readonly (readonly Issue[])[]): Issue | null {
  const [meant] = branches.toSorted(
    (a, b) => depthOf(b) - depthOf(a) || a.length - b.length || branches.indexOf(a) - branches.indexOf(b),
  );
  return meant?.[0] ?? null;
}

function depthOf([issue]: readonly Issue[]): number {
  return issue === undefined ? 0 : issue.path.length + (issue.code === "unrecognized_keys" ? 1 : 0);
}

function bound(origin: string, which: "least" | "most", limit: number | bigint): string {
  switch (origin) {
    case "string":
      if (which === "least" && limit === 1) return "not be empty";
      return `have at ${which} ${limit} character${limit === 1 ? "" : "s"}`;
    case "array":
    case "set":
      return `have at ${which} ${limit} entr${limit === 1 ? "y" : "ies"}`;
    default:
      return `be at ${which} ${limit}`;
  }
}

/** What came in place of it, told by kind and size. */
function came(value: unknown, issue: Issue): string {
  if (value === undefined) return "nothing came";
  if (value === null) return "null came";
  if (Array.isArray(value)) return `a list of ${value.length} came`;
  switch (typeof value) {
    case "string":
      if (value === "") return "empty text came";
      if (issue.code === "invalid_value" && value.length <= MAX_ECHO_LENGTH && /^[\x20-\x7e]*$/.test(value))
        return `'${value}' came`;
      if (boundsNumber(issue) && A_NUMBER.test(value)) return `${value} came`;
      return `text of ${value.length} character${value.length === 1 ? "" : "s"} came`;
    case "number":
    case "boolean":
      return `${value} came`;
    default:
      return "an object came";
  }
}

/** In an address numbers are text, too. */
const A_NUMBER = /^-?\d{1,20}$/;

function boundsNumber(issue: Issue): boolean {
  return (issue.code === "too_small" || issue.code === "too_big") && issue.origin === "number";
}

/** A list that came as one text (`status=PENDING,FAILED`) has no entries that a sender knows of: it is all at fault. */
function pathIn(message: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const inText = path.findIndex((_, depth) => typeof valueAt(message, path.slice(0, depth)) === "string");
  return inText === -1 ? path : path.slice(0, inText);
}

function valueAt(message: unknown, path: readonly PropertyKey[]): unknown {
  let value = message;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return value;
}
