import { hasText, u16le, u32le, u64le } from "./bytes.ts";
import type { ReadAt, Told } from "./bytes.ts";

/** [MS-VHDX] §2.2: the file begins with a type identifier, and has two copies of its region table. */
const REGION_TABLES = [192 * 1024, 256 * 1024] as const;
/** §2.2.3.1: "must be less than or equal to 2,047". A table takes 64 KiB with its entries. */
const TABLE_BYTES = 64 * 1024;
const ENTRY_BYTES = 32;

/** As they lie in the file: the first three groups of a GUID are little-endian. */
const METADATA_REGION = Buffer.from("06a27c8b90479a4bb8fe575f050f886e", "hex");
const VIRTUAL_DISK_SIZE = Buffer.from("2442a52f1bcd7648b2115dbed83bf4b8", "hex");

export async function readVhdx(head: Buffer, read: ReadAt): Promise<Told | null> {
  if (!hasText(head, 0, "vhdxfile")) return null;
  for (const at of REGION_TABLES) {
    const region = findEntry(await read(at, TABLE_BYTES), {
      signature: "regi",
      count: u32le,
      at: 8,
      first: 16,
    });
    const offset = region === null ? null : u64le(region, 16);
    if (offset === null) continue;
    const table = await read(offset, TABLE_BYTES);
    return { virtualSize: await readSize(table, offset, read) };
  }
  return { virtualSize: null };
}

/** §2.6: the item's offset counts from the beginning of the metadata region. */
async function readSize(table: Buffer, region: number, read: ReadAt): Promise<number | null> {
  const item = findEntry(
    table,
    { signature: "metadata", count: u16le, at: 10, first: ENTRY_BYTES },
    VIRTUAL_DISK_SIZE,
  );
  const offset = item === null ? null : u32le(item, 16);
  return offset === null ? null : u64le(await read(region + offset, 8), 0);
}

interface TableForm {
  signature: string;
  count(table: Buffer, at: number): number | null;
  /** Where the number of entries lies, and the first of them. */
  at: number;
  first: number;
}

function findEntry(table: Buffer, form: TableForm, guid: Buffer = METADATA_REGION): Buffer | null {
  if (!hasText(table, 0, form.signature)) return null;
  const most = Math.floor((table.length - form.first) / ENTRY_BYTES);
  const entries = Math.min(form.count(table, form.at) ?? 0, most);
  for (let index = 0; index < entries; index += 1) {
    const at = form.first + index * ENTRY_BYTES;
    const entry = table.subarray(at, at + ENTRY_BYTES);
    if (entry.subarray(0, 16).equals(guid)) return entry;
  }
  return null;
}
