/** What a file is by its first bytes, and how large the disk is that it holds. Reads little, whatever the file. */
import type { ImageType } from "../../../job/image-contract.ts";
import { hasText } from "./bytes.ts";
import type { ReadAt, Told } from "./bytes.ts";
import { readIso } from "./iso9660.ts";
import { readOva } from "./ova.ts";
import { readQcow2 } from "./qcow2.ts";
import { isRaw } from "./raw.ts";
import { readVhd } from "./vhd.ts";
import { readVhdx } from "./vhdx.ts";
import { readVmdk } from "./vmdk.ts";

export interface ImageHeader {
  type: ImageType;
  virtualSize: number | null;
}

/** The superblocks of all file systems that are known lie within. */
const HEAD_BYTES = 68 * 1024;

/**
 * Never throws but for what `read` throws. ISO images come before disks: those that boot from a stick have a table of
 * partitions, too.
 */
export async function readImageHeader(read: ReadAt, size: number): Promise<ImageHeader> {
  const head = await read(0, Math.min(size, HEAD_BYTES));
  const readers: readonly [ImageType, () => Told | null | Promise<Told | null>][] = [
    ["qcow2", () => readQcow2(head)],
    ["vmdk", () => readVmdk(head)],
    ["vhdx", () => readVhdx(head, read)],
    ["iso", () => readIso(read)],
    ["ova", () => readOva(head, read)],
    ["vhd", () => readVhd(head, read, size)],
    ["raw", () => (isRaw(head) ? { virtualSize: size } : null)],
    ["compressed", () => (isCompressed(head) ? { virtualSize: null } : null)],
  ];
  for (const [type, look] of readers) {
    const told = await look();
    if (told !== null) return { type, virtualSize: told.virtualSize };
  }
  return { type: "unknown", virtualSize: null };
}

/** gzip, xz, bzip2, Zstandard. */
function isCompressed(head: Buffer): boolean {
  return ["\u001f\u008b\u0008", "\u00fd7zXZ\u0000", "BZh", "(\u00b5/\u00fd"].some((magic) =>
    hasText(head, 0, magic),
  );
}
