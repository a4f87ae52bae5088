import { lstat } from "node:fs/promises";
import { stampOf } from "../job/file-stamp.ts";
import type { FileStamp } from "../job/file-stamp.ts";

/** Null: there is no such file, or it is a link or no file. */
export async function lookAtPath(path: string): Promise<FileStamp | null> {
  const facts = await lstat(path, { bigint: true }).catch(() => null);
  return facts?.isFile() === true ? stampOf(facts) : null;
}
