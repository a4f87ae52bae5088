import { hasText } from "./bytes.ts";
import type { ReadAt, Told } from "./bytes.ts";

/** POSIX.1-1988: one block of 512 bytes for each member's header, the name at 0, the size in octal digits at 124. */
const BLOCK_BYTES = 512;
/** Descriptors have some ten thousand bytes. */
const MAX_DESCRIPTOR_BYTES = 1024 * 1024;

/** DMTF DSP0243 §5.3: an OVA is a tar whose first member is the descriptor, `*.ovf`. */
export async function readOva(head: Buffer, read: ReadAt): Promise<Told | null> {
  if (!hasText(head, 257, "ustar")) return null;
  const name = /^[^\0]{0,100}/.exec(head.toString("latin1", 0, 100))?.[0] ?? "";
  if (!name.toLowerCase().endsWith(".ovf")) return null;
  const digits = /^[0-7]{1,12}/.exec(head.toString("latin1", 124, 136))?.[0];
  const size = digits === undefined ? 0 : parseInt(digits, 8);
  if (size > MAX_DESCRIPTOR_BYTES) return { virtualSize: null };
  return { virtualSize: sumDisks((await read(BLOCK_BYTES, size)).toString("utf8")) };
}

/** §9.1: `<Disk ovf:capacity="40" ovf:capacityAllocationUnits="byte * 2^30" …/>`. Null where one is not said plainly. */
function sumDisks(descriptor: string): number | null {
  let sum: number | null = null;
  for (const [element] of descriptor.matchAll(/<(?:ovf:)?Disk\s[^<>]{0,2000}>/g)) {
    const capacity = /\sovf:capacity="(\d{1,15})"/.exec(element)?.[1];
    const unit = unitOf(/\sovf:capacityAllocationUnits="([^"]{1,40})"/.exec(element)?.[1] ?? "byte");
    if (capacity === undefined || unit === null) return null;
    sum = (sum ?? 0) + Number(capacity) * unit;
  }
  return sum !== null && Number.isSafeInteger(sum) ? sum : null;
}

/** DSP0004 Annex C.1, as far as disks are measured so. */
function unitOf(unit: string): number | null {
  const power = /^byte(?:\s{0,4}\*\s{0,4}2\s{0,4}\^\s{0,4}(\d{1,2}))?$/i.exec(unit.trim());
  return power === null ? null : 2 ** Number(power[1] ?? 0);
}
