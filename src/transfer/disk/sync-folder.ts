import { constants } from "node:fs";
import { mkdir, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./classify-disk-error.ts";
import type { FileCalls } from "./file-calls.ts";
import { BY_THE_POOL } from "./file-calls.ts";

/** Makes the names in a folder survive a power loss. File systems that cannot are left alone. */
export async function syncFolder(folder: string, calls: FileCalls = BY_THE_POOL): Promise<void> {
  const fd = await calls.open(folder, constants.O_RDONLY, 0);
  try {
    await calls.sync(fd);
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EBADF", "EPERM"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await calls.close(fd);
  }
}

/** Creates the folder and what is missing above it, lasting. Answers the folders it created, deepest first. */
export async function makeFolder(folder: string): Promise<string[]> {
  const first = await mkdir(folder, { recursive: true });
  if (first === undefined) return [];
  const created = [folder];
  while (created.at(-1) !== first && created.at(-1) !== dirname(created.at(-1) as string)) {
    created.push(dirname(created.at(-1) as string));
  }
  for (const one of created) await syncFolder(dirname(one));
  return created;
}

/** Takes away folders that were created for nothing. One that is in use meanwhile stays. */
export async function removeEmptyFolders(created: readonly string[]): Promise<void> {
  for (const folder of created) {
    try {
      await rmdir(folder);
    } catch {
      return;
    }
  }
}
