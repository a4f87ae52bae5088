/** Files → the text of a lock file, always the same for the same files. Pure. */
import { parseDocument, stringify } from "yaml";
import type { LockFile } from "../../job/lock-contract.ts";
import { LOCK_VERSION } from "../../job/lock-contract.ts";
import { isRecord } from "../read-json.ts";

const HEAD =
  "# What Haulyard has here: `haulyard sync` makes a place match it. See docs/lock-file.md.\n" +
  "# Fields that are added by hand (notes, license) stay when it is written again.\n";

const FIELDS = ["root", "path", "source", "url", "revision", "size", "sha256"] as const;

export function writeLock(files: readonly LockFile[]): string {
  return writeEntries({ version: LOCK_VERSION }, files.map(withoutNulls));
}

/** What was known to nobody but the person who wrote the old one goes on; what is not there any more is gone. */
export function mergeLocks(before: string, now: string): string {
  const old = valueOf(before);
  const fresh = valueOf(now);
  const known = new Map(filesOf(old).map((file) => [keyOf(file), file]));
  const files = filesOf(fresh).map((file) => ({ ...own(known.get(keyOf(file)) ?? {}), ...file }));
  return writeEntries({ ...old, version: LOCK_VERSION }, files);
}

type Plain = Record<string, unknown>;

/** Only the fields that are none of ours: one of ours that is missing now is not known any more. */
function own(file: Plain): Plain {
  return Object.fromEntries(
    Object.entries(file).filter(([field]) => !(FIELDS as readonly string[]).includes(field)),
  );
}

function writeEntries(head: Plain, files: readonly Plain[]): string {
  const sorted = files.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
  const ordered = sorted.map((file) => {
    const ours = FIELDS.filter((field) => field in file).map((field) => [field, file[field]] as const);
    return { ...Object.fromEntries(ours), ...own(file) };
  });
  // Long addresses stay on one line, and a hash of digits alone stays a text.
  return HEAD + stringify({ ...head, files: ordered }, { lineWidth: 0 });
}

function withoutNulls(file: LockFile): Plain {
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== null));
}

function keyOf({ root, path }: Plain): string {
  return `${typeof root === "string" ? root : "models"}:${String(path)}`;
}

function valueOf(text: string): Plain {
  const value: unknown = parseDocument(text).toJS({ maxAliasCount: 100 });
  return isRecord(value) ? value : {};
}

function filesOf({ files }: Plain): Plain[] {
  return Array.isArray(files) ? files.filter((file) => isRecord(file)) : [];
}
