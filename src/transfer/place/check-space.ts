import { statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "../disk/classify-disk-error.ts";
import type { EarlyEnd, Run } from "../transfer-run.ts";

/**
 * Is there room for the bytes that are missing (CONTRACT §7.7)? What is promised to others and a margin count in.
 *
 * @param missing bytes still to be written; null while the size is unknown
 * @returns null if there is
 */
export async function checkSpace(
  { options, settings }: Pick<Run, "options" | "settings">,
  path: string,
  missing: number | null,
): Promise<EarlyEnd | null> {
  if (missing === 0) return null;
  const folder = dirname(path);
  const free = await freeBytes(folder);
  const reserved = await options.reservedBytes(folder);
  const margin = settings.limits.spaceMarginBytes;
  const needed = (missing ?? 0) + reserved + margin;
  if (free === null || free >= needed) return null;
  const state = `${inWords(free)} are free${claimed({ margin, reserved })}.`;
  const message =
    missing === null
      ? `The disk that holds ${folder} is full: ${state}`
      : `${inWords(missing)} are to be written to ${folder}, ${state}`;
  return { kind: "no_space", message, neededBytes: needed - free };
}

/** What of the free bytes is not to be had: without it a sum that does not fit looks as if it did. */
function claimed({ margin, reserved }: { margin: number; reserved: number }): string {
  const parts = [
    ...(margin > 0 ? [`${inWords(margin)} have to stay free`] : []),
    ...(reserved > 0 ? [`${inWords(reserved)} are promised to other downloads`] : []),
  ];
  return parts.length === 0 ? "" : `; ${parts.join(" and ")}`;
}

/** How much room is missing after the disk said it is full; at least one byte. */
export async function measureShortage(run: Run, path: string, missing: number | null): Promise<number> {
  const shortage = await checkSpace(run, path, missing).catch(() => null);
  return shortage?.kind === "no_space" ? shortage.neededBytes : 1;
}

/** Bytes this user may still write there, or null if the file system does not say. */
export async function freeBytes(folder: string): Promise<number | null> {
  try {
    const { bavail, bsize, blocks } = await statfs(folder);
    // Some network mounts answer zeros: they do not know.
    return blocks === 0 ? null : bavail * bsize;
  } catch (error) {
    if (["ENOSYS", "ENOTSUP", "EPERM", "EACCES"].includes(errorCode(error) ?? "")) return null;
    throw error;
  }
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** `22.65 GB`: as the page and the command line write sizes. */
function inWords(bytes: number): string {
  const power = bytes < 1000 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  return `${(bytes / 1000 ** power).toFixed(power < 3 ? Math.min(power, 1) : 2)} ${UNITS[power] ?? "B"}`;
}
