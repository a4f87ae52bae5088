/** Files that are whole or not there, and last. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync } from "node:fs";
import { copyFile, open, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { makeFolders } from "../disk/make-folders.ts";

const OWNER_ONLY = 0o600;

export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The file has its name once it is whole and on the disk. */
export async function writeWhole(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text, { mode: OWNER_ONLY, flush: true });
  await rename(temporary, path);
  await syncPath(dirname(path));
}

/** Moves a file, to another disk, too; whoever looks sees the old one, or the new one whole. */
export async function moveFile(from: string, to: string): Promise<void> {
  await makeFolders(dirname(to));
  try {
    await rename(from, to);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EXDEV")) throw error;
    const temporary = `${to}.${process.pid}.tmp`;
    await copyFile(from, temporary);
    await syncPath(temporary);
    await rename(temporary, to);
    await rm(from);
  }
  await syncPath(dirname(to));
}

export async function hashOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest("hex") };
}

export function isThere(path: string): boolean {
  return existsSync(path);
}
