/** The bytes lie elsewhere on this machine: taken from there instead of fetched, and proved before they get the name. */
import { constants } from "node:fs";
import { copyFile, link, lstat, open, rename } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import type { FileStamp } from "../../job/file-stamp.ts";
import { isSameContent, isUntouched, stampOf } from "../../job/file-stamp.ts";
import type { Checksum } from "../../job/job.ts";
import type { ReuseWay } from "../../job/reuse.ts";
import { waysOf } from "../../job/reuse.ts";
import type { Donor, TransferOutcome } from "../../job/transfer-contract.ts";
import { FileRefused } from "../disk/classify-disk-error.ts";
import { syncFolder } from "../disk/sync-folder.ts";
import { awaitDigest } from "../hash/await-digest.ts";
import { isRegular, ledgerPath, partPath, removeIfThere } from "../part/ledger-file.ts";
import { checkSpace } from "../place/check-space.ts";
import { lookAt } from "../place/existing-file.ts";
import { clearAway, nameWithoutReplacing } from "../place/place-file.ts";
import type { Run } from "../transfer-run.ts";
import { REPORT_EVERY_MS, verified } from "../verify/verify-file.ts";
import { copyBytes } from "./copy-bytes.ts";
import { dirname } from "node:path";

/** Under the lock. Null: it has to be fetched. */
export async function takeFromHere(run: Run, path: string): Promise<TransferOutcome | null> {
  const { step, options, signal } = run;
  const { reuse } = options;
  const { checksum } = step;
  if (reuse === undefined || checksum === null || !(await isFree(run, path))) return null;
  run.report.stage("copying", 0, "looking whether it is on this machine");
  const donors = await reuse.find({ checksum, size: step.size, path }, signal);
  for (const donor of donors) {
    if (signal.aborted) return { kind: "stopped" };
    const refusal = await run.resolveOnce(path, donor.stamp.size);
    if (refusal !== null) return { kind: "failed", failure: refusal, bytesCame: false };
    for (const way of waysOf(reuse.mode)) {
      const taken = await tryWay(run, path, donor, way, checksum);
      if (signal.aborted) return { kind: "stopped" };
      if (taken === "wrong") break;
      if (taken === "no") continue;
      return {
        kind: "complete",
        path,
        size: donor.stamp.size,
        checksumState: verified(checksum),
        alreadyThere: false,
        takenFrom: { path: donor.path, way },
      };
    }
  }
  return null;
}

/** Nothing has the name, and no bytes were fetched that would be lost. */
async function isFree(run: Run, path: string): Promise<boolean> {
  const occupant = await lookAt(path);
  const mayTake = occupant.kind === "absent" || (occupant.kind === "file" && run.step.ifExists === "replace");
  return mayTake && !(await isRegular(ledgerPath(path)));
}

/** `no`: not this way. `wrong`: the other file is not what it was said to be. */
type Taken = "taken" | "no" | "wrong";

async function tryWay(
  run: Run,
  path: string,
  donor: Donor,
  way: ReuseWay,
  checksum: Checksum,
): Promise<Taken> {
  const { step } = run;
  const part = partPath(path);
  let handle: FileHandle | null = null;
  try {
    handle = await open(donor.path, constants.O_RDONLY | constants.O_NOFOLLOW);
    const before = await stampOfHandle(handle);
    if (before === null || !isSameContent(before, donor.stamp)) return "wrong";
    await run.confirm();
    // Of an earlier run that was killed while it copied; it has no ledger, so that nothing counts.
    await removeIfThere(part);
    run.report.stage("copying", 0, `from ${donor.path}`);
    const proof = await bring(run, way, { handle, donor, before, path, checksum });
    if (proof !== "taken") {
      run.report.restart(step.size);
      return proof;
    }
    return (await place(run, path)) ? "taken" : "wrong";
  } catch (error) {
    // Somebody else's destination by now: nothing of it may be touched.
    if (error instanceof FileRefused) throw error;
    return "no";
  } finally {
    await handle?.close();
    if (!run.lost.aborted) await removeIfThere(part).catch(() => undefined);
  }
}

interface Bringing {
  handle: FileHandle;
  donor: Donor;
  /** Of the other file, before anything. */
  before: FileStamp;
  path: string;
  checksum: Checksum;
}

/** The partial has the bytes, proved, or it is no good. */
async function bring(run: Run, way: ReuseWay, bringing: Bringing): Promise<Taken> {
  const { handle, donor, before, path, checksum } = bringing;
  const part = partPath(path);
  switch (way) {
    case "copy": {
      if ((await checkSpace(run, path, before.size)) !== null) return "no";
      return (await copyBytes(run, handle, part, before.size, checksum)) ? "taken" : "wrong";
    }
    case "reflink":
      // libuv takes the flag for FICLONE (ioctl_ficlonerange(2)); it fails at once where the file system has none.
      await copyFile(donor.path, part, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      break;
    case "hardlink":
      await link(donor.path, part);
      break;
    default:
      throw way satisfies never;
  }
  // Both went by the name: it has to lead to the file that was looked at, as it was.
  const after = await lstat(donor.path, { bigint: true });
  const isIt = way === "hardlink" ? isSameContent : isUntouched;
  if (!isIt(before, stampOf(after))) return "wrong";
  if (donor.isSure && isUntouched(before, donor.stamp)) return "taken";
  return (await hashOf(run, part, before.size, checksum)) === checksum.hex.toLowerCase() ? "taken" : "wrong";
}

async function hashOf(run: Run, part: string, size: number, { algorithm }: Checksum): Promise<string | null> {
  run.report.stage("verifying");
  const handle = await open(part, constants.O_RDONLY | constants.O_NOFOLLOW);
  const hash = run.machinery.openHash(algorithm);
  const timer = setInterval(() => run.report.verified(hash.bytesHashed), REPORT_EVERY_MS);
  try {
    hash.file(handle.fd, 0, size);
    return await awaitDigest(hash, part, run.signal);
  } finally {
    clearInterval(timer);
    // The worker may still read.
    await hash.close();
    await handle.close();
  }
}

/** As every other file gets its name; false if another one has it by now. */
async function place(run: Run, path: string): Promise<boolean> {
  run.report.stage("placing");
  const part = partPath(path);
  const handle = await open(part, constants.O_RDONLY | constants.O_NOFOLLOW);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
  await run.point("synced");
  await run.confirm();
  if (run.step.ifExists === "replace") await rename(part, path);
  else if (!(await nameWithoutReplacing(path))) return false;
  await run.point("linked");
  await syncFolder(dirname(path));
  await clearAway(path);
  await run.point("placed");
  return true;
}

async function stampOfHandle(handle: FileHandle): Promise<FileStamp | null> {
  const facts = await handle.stat({ bigint: true });
  return facts.isFile() ? stampOf(facts) : null;
}
