import { errorCode } from "../disk/classify-disk-error.ts";
import { removePartial } from "./ledger-file.ts";
import type { PartFile } from "./part-file.ts";

/** More than a ledger and its folder entry need on any file system. */
const ROOM_FOR_LEDGER_BYTES = 1024 * 1024;

/**
 * However a run ends: what was written is synced and claimed, as far as the disk lets us. What cannot be
 * claimed is fetched again; the ledger stays true in any case.
 *
 * @param mayWrite false once somebody else writes the destination: then nothing of it is ours any more
 */
export async function saveWhatIsThere(path: string, part: PartFile | null, mayWrite: boolean): Promise<void> {
  if (part === null || part.closed) return;
  try {
    if (mayWrite) await part.flush();
  } catch (error) {
    const full = ["ENOSPC", "EDQUOT"].includes(errorCode(error) ?? "");
    // A disk filled to the last block has no room for the ledger that claims what fills it.
    if (full)
      await part
        .giveBack(ROOM_FOR_LEDGER_BYTES)
        .then(() => part.flush())
        .catch(() => {});
  } finally {
    await part.close();
  }
  // A partial of nothing would only raise hopes.
  if (mayWrite && part.bytesWritten === 0) await removePartial(path);
}
