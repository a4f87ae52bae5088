/** What stands where a command is to write a file: only a regular file may be replaced. */
import { randomUUID } from "node:crypto";
import { lstat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { explainDiskError } from "./backup/explain-disk-error.ts";
import type { DiskTrouble } from "./backup/explain-disk-error.ts";
import { EXIT } from "./exit-codes.ts";
import { UsageError } from "./usage-error.ts";

/**
 * Why the file cannot be written there, or null. A device, a pipe or a link would be gone once the new file has its
 * name.
 * @param asked how the name was given, `-o` or `backup`
 */
export async function refuseOutput(file: string, asked: string): Promise<DiskTrouble | null> {
  const noName = (): UsageError =>
    new UsageError(`${asked}: expected the name of a file, got ${JSON.stringify(file)}.`);
  if (file === "") throw noName();
  let there;
  try {
    there = await lstat(file);
  } catch (error) {
    const isFree = error instanceof Error && "code" in error && error.code === "ENOENT";
    if (!isFree) return explainDiskError(error, file);
    if (file.endsWith("/")) throw noName();
    return null;
  }
  if (there.isFile()) return null;
  const [what, advice] = there.isDirectory()
    ? ["it is a folder", "Give the name of a file in it."]
    : there.isSymbolicLink()
      ? ["it is a symbolic link, which would be gone then", "Give the name of the file it leads to."]
      : ["it is no regular file", "Give another name."];
  return { message: `${file} is not written: ${what}.`, advice, code: EXIT.refused };
}

/** A name beside the file that nobody else has: under it the file grows until it is whole. */
export function nameBeside(file: string, command: string): string {
  return join(dirname(file), `.haulyard-${command}-${randomUUID()}.tmp`);
}
