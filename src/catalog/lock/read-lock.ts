/** The text of a lock file → its files, and what of it cannot be used, by line. Pure. */
import type { YAMLSeq } from "yaml";
import { isMap, isNode, isSeq, LineCounter, parseDocument } from "yaml";
import { refusePath } from "../../job/file-name.ts";
import type { LockEntry, LockFault, LockReading, LockRoot } from "../../job/lock-contract.ts";
import { LOCK_ROOTS, LOCK_VERSION } from "../../job/lock-contract.ts";
import { readHttpUrl } from "../http-url.ts";
import { isRecord, kindOf } from "../read-json.ts";

/** Some twenty thousand files. Bytes of text: reading it holds everything else up. */
export const MAX_LOCK_LENGTH = 4 * 1024 * 1024;
/** Files of one lock: each may become a job. */
const MAX_FILES = 20_000;
/** Lists in lists; a lock has three levels. */
const MAX_DEPTH = 32;
/** `&a` and `*a`; a lock needs none. */
const MAX_ALIASES = 100;

export function readLock(text: string): LockReading {
  if (text.length > MAX_LOCK_LENGTH)
    return unreadable(`it is longer than ${MAX_LOCK_LENGTH / 1024 / 1024} MiB`);
  if (isTooDeep(text)) return unreadable(`it is nested deeper than ${MAX_DEPTH} levels`);
  const lines = new LineCounter();
  try {
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
    const [error] = document.errors;
    if (error !== undefined)
      return unreadable(`it is not YAML: ${error.message}`, lines.linePos(error.pos[0]).line);
    const { contents } = document;
    if (!isMap(contents)) return unreadable("it has to be a map with version and files");
    const version: unknown = contents.get("version");
    if (version !== LOCK_VERSION)
      return unreadable(
        typeof version === "number" && version > LOCK_VERSION
          ? `its version is ${version}, this Haulyard knows ${LOCK_VERSION}`
          : `version has to be ${LOCK_VERSION}`,
      );
    const files: unknown = contents.get("files", true);
    if (!isSeq(files)) return unreadable("files has to be a list");
    if (files.items.length > MAX_FILES) return unreadable(`it has more than ${MAX_FILES} files`);
    return readFiles(
      files,
      (offset) => lines.linePos(offset).line,
      (node) => (isNode(node) ? node.toJS(document, { maxAliasCount: MAX_ALIASES }) : node),
    );
  } catch (problem) {
    // Of the parser: too many aliases, or a stack that nesting has used up.
    return unreadable(problem instanceof Error ? problem.message.slice(0, 200) : "it cannot be read");
  }
}

function unreadable(reason: string, line: number | null = null): LockReading {
  return { kind: "unreadable", line, reason };
}

/** Before the parser, which goes down with it: brackets, and dashes that open a list in a list. */
function isTooDeep(text: string): boolean {
  const dashes = new RegExp(`^ *(?:- +){${MAX_DEPTH}}`, "m");
  if (dashes.test(text)) return true;
  let depth = 0;
  for (const character of text) {
    if (character === "[" || character === "{") depth += 1;
    else if (character === "]" || character === "}") depth = Math.max(0, depth - 1);
    if (depth > MAX_DEPTH) return true;
  }
  return false;
}

function readFiles(
  list: YAMLSeq,
  lineAt: (offset: number) => number,
  valueOf: (node: unknown) => unknown,
): LockReading {
  const entries: LockEntry[] = [];
  const faults: LockFault[] = [];
  const seen = new Set<string>();
  for (const [index, node] of list.items.entries()) {
    const line = lineAt((isNode(node) ? node.range?.[0] : undefined) ?? 0);
    const value = valueOf(node);
    const what = nameOf(value, index);
    const read = readFile(value, line);
    if ("reason" in read) faults.push({ line, what, ...read });
    else if (seen.has(what)) faults.push({ line, what, field: "path", reason: "path is there twice" });
    else {
      seen.add(what);
      entries.push(read);
    }
  }
  return { kind: "lock", entries, faults };
}

function nameOf(value: unknown, index: number): string {
  if (!isRecord(value) || typeof value["path"] !== "string") return `files.${index}`;
  const root = typeof value["root"] === "string" ? value["root"] : "models";
  return `${root}:${value["path"]}`.slice(0, 300);
}

type Fault = Pick<LockFault, "field" | "reason">;

function readFile(value: unknown, line: number): LockEntry | Fault {
  if (!isRecord(value)) return { field: "files", reason: `expected a map, got ${kindOf(value)}` };
  const { root = "models", path, size = null, sha256 = null, url = null } = value;
  if (!isRoot(root)) return { field: "root", reason: `root must be one of ${LOCK_ROOTS.join(", ")}` };
  if (typeof path !== "string") return { field: "path", reason: `path must be a text, got ${kindOf(path)}` };
  const wrongPath = refuseLockPath(root, path);
  if (wrongPath !== null) return { field: "path", reason: wrongPath };
  const bytes = readSize(size);
  const hash = readHash(sha256);
  const address = url === null ? null : readHttpUrl(url, "url");
  if (bytes === undefined) return { field: "size", reason: "size must be a whole number of bytes" };
  if (hash === undefined)
    return { field: "sha256", reason: "sha256 must be 64 hexadecimal digits, in quotes" };
  if (address !== null && address.url === null) return { field: "url", reason: address.refusal };
  const { source, revision } = value;
  return {
    root,
    path,
    source: textOf(source),
    url: address?.url ?? null,
    revision: textOf(revision),
    size: bytes,
    sha256: hash,
    line,
  };
}

/** Undefined: it is none. */
function readSize(size: unknown): number | null | undefined {
  if (size === null) return null;
  return typeof size === "number" && Number.isSafeInteger(size) && size >= 0 ? size : undefined;
}

/** Undefined: it is none. Digits alone are a number to YAML. */
function readHash(sha256: unknown): string | null | undefined {
  if (sha256 === null) return null;
  return typeof sha256 === "string" && /^[0-9a-f]{64}$/i.test(sha256) ? sha256.toLowerCase() : undefined;
}

function isRoot(value: unknown): value is LockRoot {
  return (LOCK_ROOTS as readonly unknown[]).includes(value);
}

function refuseLockPath(root: LockRoot, path: string): string | null {
  if (root !== "absolute")
    return path.startsWith("/") ? "path must be below its root, not absolute" : refusePath(path, "path");
  return path.startsWith("/")
    ? refusePath(path.slice(1), "path")
    : "path must be absolute for root: absolute";
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
