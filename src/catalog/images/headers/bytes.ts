/** Numbers and texts in the bytes of a header. Whatever lies outside of the bytes is null: headers may be cut short. */

/** Reads a piece of a file; shorter where the file ends. */
export type ReadAt = (offset: number, length: number) => Promise<Buffer>;

/** What a header says. */
export interface Told {
  /** Bytes of the disk that a machine sees; null where it does not say. */
  virtualSize: number | null;
}

export const SECTOR_BYTES = 512;

export function u16le(bytes: Buffer, at: number): number | null {
  return at + 2 <= bytes.length ? bytes.readUInt16LE(at) : null;
}

export function u32le(bytes: Buffer, at: number): number | null {
  return at + 4 <= bytes.length ? bytes.readUInt32LE(at) : null;
}

export function u32be(bytes: Buffer, at: number): number | null {
  return at + 4 <= bytes.length ? bytes.readUInt32BE(at) : null;
}

/** Null as well for what no disk has: beyond what a number holds exactly (8 PiB). */
export function u64le(bytes: Buffer, at: number): number | null {
  return at + 8 <= bytes.length ? exact(bytes.readBigUInt64LE(at)) : null;
}

export function u64be(bytes: Buffer, at: number): number | null {
  return at + 8 <= bytes.length ? exact(bytes.readBigUInt64BE(at)) : null;
}

function exact(value: bigint): number | null {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : null;
}

/** The product, or null where one is unknown or it is no size. */
export function times(count: number | null, unit: number | null): number | null {
  if (count === null || unit === null) return null;
  const product = count * unit;
  return Number.isSafeInteger(product) ? product : null;
}

export function hasText(bytes: Buffer, at: number, text: string): boolean {
  return bytes.subarray(at, at + text.length).equals(Buffer.from(text, "latin1"));
}
