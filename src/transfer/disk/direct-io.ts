/** When a file is written past the page cache. */
import { totalmem } from "node:os";

/** `auto`: where it pays; `on`: wherever the file system lets us; `off`: never. */
export type DirectIo = "auto" | "on" | "off";

/**
 * A file that comes slower than the disk takes it is written to the cache: there it waits for whoever opens it next.
 * What cannot stay there is not put there, and where the disk holds up the download, the cache is the detour: each
 * byte is copied once more, and a sync has to find it again.
 */
export interface FileOutlook {
  /** Of the whole file, or null while it is unknown. Bytes. */
  size: number | null;
  /** Bytes had to wait for the disk. */
  isHeldUp: boolean;
}

/** Part of this machine's memory that one file may fill. */
const CACHE_SHARE = 0.5;

/** Bytes. Asked for once: the system counts all of its pages to answer, which takes longer than to write one. */
const MEMORY = totalmem();

export function goesDirect(setting: DirectIo, { size, isHeldUp }: FileOutlook, memory = MEMORY): boolean {
  switch (setting) {
    case "auto":
      return isHeldUp || (size !== null && size > memory * CACHE_SHARE);
    case "on":
      return true;
    case "off":
      return false;
    default:
      return setting satisfies never;
  }
}
