import { hasText, SECTOR_BYTES, times, u32le, u64le } from "./bytes.ts";
import type { Told } from "./bytes.ts";

/** A descriptor is a few lines; more of it is not looked at. */
const MAX_DESCRIPTOR_BYTES = 64 * 1024;

/** VMware's Virtual Disk Format 5.0: hosted sparse extents, ESX server's, and descriptors of their own. */
export function readVmdk(head: Buffer): Told | null {
  if (hasText(head, 0, "KDMV")) return { virtualSize: times(u64le(head, 12), SECTOR_BYTES) };
  if (hasText(head, 0, "COWD")) return { virtualSize: times(u32le(head, 12), SECTOR_BYTES) };
  if (!/^# Disk DescriptorFile\r?\n/.test(head.toString("latin1", 0, 64))) return null;
  return { virtualSize: sumExtents(head.toString("latin1", 0, MAX_DESCRIPTOR_BYTES)) };
}

/** `RW 8388608 FLAT "disk-flat.vmdk" 0`: how it is used, how many sectors. */
function sumExtents(descriptor: string): number | null {
  let sectors: number | null = null;
  for (const line of descriptor.split("\n")) {
    const digits = /^(?:RW|RDONLY|NOACCESS) {1,8}(\d{1,15}) {1,8}[A-Z]/.exec(line)?.[1];
    if (digits !== undefined) sectors = (sectors ?? 0) + Number(digits);
  }
  return times(sectors, SECTOR_BYTES);
}
