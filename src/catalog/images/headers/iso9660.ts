import { hasText, times, u16le, u32le } from "./bytes.ts";
import type { ReadAt, Told } from "./bytes.ts";

/** ECMA-119 §6.2.1: sixteen sectors of 2048 bytes are the system's, the volume descriptors follow. */
const DESCRIPTORS_AT = 16 * 2048;
const DESCRIPTOR_BYTES = 2048;

/** ECMA-119 §8.4: volume space size at byte 80, logical block size at 128. A disc of UDF alone does not say it here. */
export async function readIso(read: ReadAt): Promise<Told | null> {
  const first = await read(DESCRIPTORS_AT, DESCRIPTOR_BYTES);
  // ECMA-167 §2/9.2: the extended area of UDF.
  if (hasText(first, 1, "BEA01")) return { virtualSize: null };
  if (!hasText(first, 1, "CD001")) return null;
  const isPrimary = first[0] === 1;
  return { virtualSize: isPrimary ? times(u32le(first, 80), u16le(first, 128)) : null };
}
