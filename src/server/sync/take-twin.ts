/**
 * The same bytes from elsewhere on this machine, where no download can do it: nobody knows an address of the file, or
 * another file has its name.
 */
import { createHash, randomUUID } from "node:crypto";
import { constants, createReadStream } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { makeFolders } from "../../disk/make-folders.ts";

/** The destination is replaced in one step, or stays as it is. Null: it is done, else why not. */
export async function takeTwin(
  twin: string,
  destination: string,
  sha256: string,
  signal: AbortSignal,
): Promise<string | null> {
  // Hidden and unfinished by its name: nobody lists it, and no download goes on with it.
  const aside = `${dirname(destination)}/.${randomUUID()}.incomplete`;
  try {
    await makeFolders(dirname(destination));
    // Shares the blocks where the file system can.
    await copyFile(twin, aside, constants.COPYFILE_FICLONE);
    const hash = createHash("sha256");
    await pipeline(createReadStream(aside), hash, { signal });
    if (hash.digest("hex") !== sha256) return `${twin} is not what it was`;
    await rename(aside, destination);
    return null;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  } finally {
    await rm(aside, { force: true });
  }
}
