import { dirname } from "node:path";
import { stat } from "node:fs/promises";
import { removePartial } from "./ledger-file.ts";
import { lockDestination } from "../lock/lock-destination.ts";
import type { FullSettings } from "../transfer-settings.ts";

/** Deletes the unfinished bytes beside a final path; not those another download is writing just now. */
export async function discardPartial(path: string, { limits }: FullSettings): Promise<void> {
  const folder = await stat(dirname(path)).catch(() => null);
  if (folder === null) return;
  const locking = await lockDestination(path, limits, new AbortController().signal);
  if (locking.kind === "busy") return;
  try {
    await removePartial(path);
  } finally {
    await locking.lock.release();
  }
}
