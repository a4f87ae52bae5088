/** The moment a file gets its final name (CONTRACT §7.2). */
import { rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { errorCode } from "../disk/classify-disk-error.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { BY_THE_POOL } from "../disk/file-calls.ts";
import { ledgerDraftPath, ledgerPath, partPath, removeIfThere } from "../part/ledger-file.ts";
import type { PartFile } from "../part/part-file.ts";
import { syncFolder } from "../disk/sync-folder.ts";
import type { Run } from "../transfer-run.ts";

/** @returns null once the file is in place, lastingly */
export async function placeFile(run: Run, path: string, part: PartFile): Promise<Failure | null> {
  run.report.stage("placing");
  await part.sync();
  await run.point("synced");
  await run.confirm();
  // The name is what is moved; it has to be the name of what was written and verified.
  if (!(await part.isNamed())) {
    return failure(
      "disk_failed",
      `${partPath(path)} is not the file that was written: another program replaced it.`,
      {
        retryable: true,
        advice: "Keep other programs away from the partial file; it is fetched again.",
      },
    );
  }
  if (run.step.ifExists === "replace") await rename(partPath(path), path);
  else if (!(await nameWithoutReplacing(path))) {
    return failure(
      "destination_exists",
      `${path} appeared while the file was downloaded; it was left as it is.`,
    );
  }
  await run.point("linked");
  await syncFolder(dirname(path));
  await clearAway(path);
  await run.point("placed");
  return null;
}

/** Takes away what is left beside a file that is in place. */
export async function clearAway(path: string): Promise<void> {
  await removeIfThere(partPath(path));
  await removeIfThere(ledgerPath(path));
  await removeIfThere(ledgerDraftPath(path));
  await syncFolder(dirname(path));
}

/** Gives the partial its final name. link(2) never replaces what is there, unlike rename(2). False if it is taken. */
export async function nameWithoutReplacing(path: string, calls: FileCalls = BY_THE_POOL): Promise<boolean> {
  try {
    await calls.link(partPath(path), path);
    return true;
  } catch (error) {
    const code = errorCode(error);
    if (code === "EEXIST") return false;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(code ?? "")) throw error;
  }
  // File systems without hard links: other downloads are kept out by the lock, other programs by this look.
  if ((await calls.look(path)) !== null) return false;
  await calls.rename(partPath(path), path);
  return true;
}
