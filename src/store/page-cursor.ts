/** Where a page ended, as text: the sort, the sort's key of the last job, and its number. Pure. */
import type { JobSort } from "../job/store-contract.ts";
import { InvalidPageCursor } from "../job/store-contract.ts";

export interface PageEnd {
  key: string | number;
  sequence: number;
}

export function encodeCursor(sort: JobSort, { key, sequence }: PageEnd): string {
  return Buffer.from(JSON.stringify([sort, key, sequence])).toString("base64url");
}

/** @throws InvalidPageCursor */
export function decodeCursor(sort: JobSort, cursor: string): PageEnd {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString());
  } catch {
    throw new InvalidPageCursor();
  }
  if (!Array.isArray(parts) || parts.length !== 3) throw new InvalidPageCursor();
  const [itsSort, key, sequence] = parts as [unknown, unknown, unknown];
  const keyIsRight = sort === "name" ? typeof key === "string" : Number.isSafeInteger(key);
  if (itsSort !== sort || !keyIsRight || !Number.isSafeInteger(sequence)) throw new InvalidPageCursor();
  return { key: key as PageEnd["key"], sequence: sequence as number };
}
