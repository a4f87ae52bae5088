import { hasText, SECTOR_BYTES, u64be } from "./bytes.ts";
import type { ReadAt, Told } from "./bytes.ts";

/**
 * Microsoft's Virtual Hard Disk Image Format Specification: a footer in the last sector; disks that grow begin with a
 * copy of it. "Current Size" lies at byte 48.
 */
export async function readVhd(head: Buffer, read: ReadAt, size: number): Promise<Told | null> {
  if (isFooter(head)) return { virtualSize: u64be(head, 48) };
  if (size < SECTOR_BYTES) return null;
  const footer = await read(size - SECTOR_BYTES, SECTOR_BYTES);
  return isFooter(footer) ? { virtualSize: u64be(footer, 48) } : null;
}

function isFooter(bytes: Buffer): boolean {
  return hasText(bytes, 0, "conectix");
}
