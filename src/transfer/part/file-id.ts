import type { FileHandle } from "node:fs/promises";

/** Tells a file from every other on its disk, whatever its name: inode and time of birth, as inodes are used again. */
export async function fileIdOf(handle: FileHandle): Promise<string> {
  const { ino, birthtimeNs } = await handle.stat({ bigint: true });
  return `${ino}-${birthtimeNs}`;
}
