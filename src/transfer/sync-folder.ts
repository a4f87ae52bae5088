import { mkdir, open, rmdir } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./classify-disk-error.ts";

/** Makes the names in a folder survive a power loss. File systems that cannot are left alone. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } catch (error) {
    if (!["EINVAL", "ENOTSUP", "EISDIR", "EBADF", "EPERM"].includes(errorCode(error) ?? "")) throw error;
  } finally {
    await handle.close();
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
