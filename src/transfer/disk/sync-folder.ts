import { constants } from "node:fs";
import { mkdir, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { failure } from "../../job/failure.ts";
import { errorCode, FileRefused } from "./classify-disk-error.ts";
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

/** Another download may take away an empty folder while we build on it: this often it is made anew. */
const MOST_TRIES = 10;

/**
 * Creates the folder and what is missing above it, lasting. Answers the folders it created, deepest first.
 *
 * Not by `mkdir` with `recursive`: where a file system has no name for what it refuses (`/proc`), Node tries for ever.
 *
 * @throws FileRefused if something else has the name
 */
export async function makeFolder(folder: string): Promise<string[]> {
  const above = dirname(folder);
  const created: string[] = [];
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(folder);
      await syncFolder(above);
      return [folder, ...created];
    } catch (error) {
      const code = errorCode(error);
      if (code === "EEXIST" && (await isFolder(folder))) return created;
      if (code === "EEXIST")
        throw new FileRefused(failure("path_refused", `${folder} is no folder.`, NO_FOLDER));
      if (code !== "ENOENT" || above === folder || tries === MOST_TRIES) throw error;
    }
    created.push(...(await makeFolder(above)));
  }
}

const NO_FOLDER = { advice: "Choose another folder, or move away what has its name." };

async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isDirectory() === true;
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
