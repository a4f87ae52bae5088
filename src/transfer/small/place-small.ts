/** A small file that was checked in memory, to the disk and to its final name (CONTRACT §7.2). */
import { constants } from "node:fs";
import { errorCode } from "../disk/classify-disk-error.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { BY_THE_POOL } from "../disk/file-calls.ts";
import { partPath } from "../part/ledger-file.ts";
import { nameWithoutReplacing } from "../place/place-file.ts";
import type { Run } from "../transfer-run.ts";
import type { Gathered } from "./gathered.ts";
import type { SmallFolder } from "./small-folder.ts";

/**
 * `placed`: it is there to stay. `not`: the disk or somebody's file is in the way; nothing of it is left.
 * Rejects with errors of the file system that come once it has its name.
 */
export type Placing = "placed" | "not";

/** Never what is there already, nor what a link leads to. */
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

export async function placeSmall(
  run: Run,
  path: string,
  folder: SmallFolder,
  body: Gathered,
): Promise<Placing> {
  const { calls } = folder;
  if (!(await nameWritten(run, path, body, calls))) return "not";
  await run.point("linked");
  await removePart(path, calls);
  // Only now may anybody be told: until then a power cut may take the name away again.
  await folder.commit();
  await run.point("placed");
  return "placed";
}

/** False if it did not come so far; then the partial file is gone again. */
async function nameWritten(run: Run, path: string, body: Gathered, calls: FileCalls): Promise<boolean> {
  let fd: number | null = null;
  let named = false;
  try {
    fd = await calls.open(partPath(path), CREATE, 0o666);
    // Among others this thread has better things to do: the copy into the page cache is most of the work.
    const writer = run.machinery.small.isBusy ? BY_THE_POOL : calls;
    const outcome = await writer.writePieces(fd, body.pieces());
    if (outcome.kind === "failed") return false;
    await run.point("began");
    run.report.stage("placing");
    await calls.sync(fd);
    await run.point("synced");
    named = await nameIt(run, path, fd, calls);
    return named;
  } catch (error) {
    // The ordinary way meets the same trouble, and knows what to make of it.
    if (errorCode(error) === null) throw error;
    return false;
  } finally {
    try {
      // What has the name now is somebody else's once the lock is.
      if (fd !== null && !named && !run.lost.aborted) await removePart(path, calls);
    } finally {
      if (fd !== null) await calls.close(fd);
    }
  }
}

async function nameIt(run: Run, path: string, fd: number, calls: FileCalls): Promise<boolean> {
  // The name is what is moved; it has to be the name of what was written.
  const [own, seen] = [await calls.stat(fd), await calls.look(partPath(path))];
  await run.confirm();
  if (seen === null || seen.ino !== own.ino || seen.dev !== own.dev) return false;
  if (run.step.ifExists !== "replace") return nameWithoutReplacing(path, calls);
  await calls.rename(partPath(path), path);
  return true;
}

async function removePart(path: string, calls: FileCalls): Promise<void> {
  try {
    await calls.unlink(partPath(path));
  } catch (error) {
    if (errorCode(error) !== "ENOENT") throw error;
  }
}
