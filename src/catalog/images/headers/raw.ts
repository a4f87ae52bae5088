import { hasText, u16le } from "./bytes.ts";

/** A disk as it is: what tells it is a table of partitions, or a file system without one. */
export function isRaw(head: Buffer): boolean {
  return isGpt(head) || isMbr(head) || isFileSystem(head);
}

/** UEFI specification §5.3.2: the header lies in the second sector, of 512 or of 4096 bytes. */
function isGpt(head: Buffer): boolean {
  return hasText(head, 512, "EFI PART") || hasText(head, 4096, "EFI PART");
}

/** Four entries of 16 bytes at 446; each is empty or has a type, and is marked as active (0x80) or not (0). */
function isMbr(head: Buffer): boolean {
  if (u16le(head, 510) !== 0xaa55) return false;
  const entries = [446, 462, 478, 494].map((at) => head.subarray(at, at + 16));
  const isPlausible = entries.every(([status]) => status === 0 || status === 0x80);
  return isPlausible && entries.some((entry) => entry[4] !== 0);
}

/** ext2 to ext4 (the magic of the superblock at 1024), XFS, btrfs (its superblock lies at 64 KiB), UFS2. */
function isFileSystem(head: Buffer): boolean {
  return (
    u16le(head, 1080) === 0xef53 ||
    hasText(head, 0, "XFSB") ||
    hasText(head, 65_536 + 64, "_BHRfS_M") ||
    head.subarray(65_536 + 1372, 65_536 + 1376).equals(Buffer.from("19015419", "hex"))
  );
}
