/** When a file is written past the page cache. */

/** `auto`: where it pays; `on`: wherever the file system lets us; `off`: never. */
export const DIRECT_IO = ["auto", "on", "off"] as const;
export type DirectIo = (typeof DIRECT_IO)[number];

/**
 * From this size on. A smaller file is written to the cache in no time and synced once; there it also waits for
 * whoever opens it next. Bytes.
 */
const LARGE_BYTES = 256 * 1024 * 1024;

/** @param size of the whole file, or null while it is unknown */
export function goesDirect(setting: DirectIo, size: number | null): boolean {
  switch (setting) {
    case "auto":
      return size !== null && size >= LARGE_BYTES;
    case "on":
      return true;
    case "off":
      return false;
    default:
      return setting satisfies never;
  }
}
