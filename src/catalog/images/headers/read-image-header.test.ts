import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { readImageHeader } from "./read-image-header.ts";
import type { ImageHeader } from "./read-image-header.ts";

const GIB = 1024 ** 3;
const KIB = 1024;

/** Bytes at places, zeros between them. */
function file(size: number, ...pieces: readonly [at: number, bytes: string | Buffer][]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, piece] of pieces)
    (typeof piece === "string" ? Buffer.from(piece, "latin1") : piece).copy(bytes, at);
  return bytes;
}

const u16 = (value: number): Buffer => file(2, [0, Buffer.from(Uint16Array.of(value).buffer)]);
const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
const u64 = (value: number): Buffer => Buffer.from(BigUint64Array.of(BigInt(value)).buffer);
const u32b = (value: number): Buffer => u32(value).reverse();
const u64b = (value: number): Buffer => u64(value).reverse();

function look(bytes: Buffer): Promise<ImageHeader> {
  return readImageHeader(async (offset, length) => bytes.subarray(offset, offset + length), bytes.length);
}

const qcow2 = (version: number): Buffer =>
  file(512, [0, "QFI\u00fb"], [4, u32b(version)], [24, u64b(10 * GIB)]);
const REGION = Buffer.from("06a27c8b90479a4bb8fe575f050f886e", "hex");
const SIZE = Buffer.from("2442a52f1bcd7648b2115dbed83bf4b8", "hex");

/** With its region table at one of the two places, the metadata in the second MiB, the size 64 KiB further. */
function vhdx(table: number): Buffer {
  return file(
    3 * KIB * KIB,
    [0, "vhdxfile"],
    [table, "regi"],
    [table + 8, u32(2)],
    [table + 16 + 32, REGION],
    [table + 16 + 32 + 16, u64(2 * KIB * KIB)],
    [2 * KIB * KIB, "metadata"],
    [2 * KIB * KIB + 10, u16(1)],
    [2 * KIB * KIB + 32, SIZE],
    [2 * KIB * KIB + 32 + 16, u32(64 * KIB)],
    [2 * KIB * KIB + 64 * KIB, u64(40 * GIB)],
  );
}

const iso = file(
  40 * KIB,
  [32 * KIB, "\u0001CD001\u0001"],
  [32 * KIB + 80, u32(350_000)],
  [32 * KIB + 128, u16(2048)],
);

function ova(descriptor: string): Buffer {
  const size = descriptor.length.toString(8).padStart(11, "0");
  return file(4096, [0, "machine.ovf"], [124, `${size}\0`], [257, "ustar\u000000"], [512, descriptor]);
}

const DISKS = `<Envelope><DiskSection>
<Disk ovf:diskId="a" ovf:capacity="16" ovf:capacityAllocationUnits="byte * 2^30" ovf:fileRef="f"/>
<Disk ovf:diskId="b" ovf:capacity="1024" /></DiskSection></Envelope>`;

const mbr = file(4096, [446, "\u0080"], [450, "\u0083"], [510, "\u0055\u00aa"]);

describe("what a file is and how large its disk, by its first bytes:", () => {
  it.each<[string, Buffer, ImageHeader]>([
    ["qcow2, version 2", qcow2(2), { type: "qcow2", virtualSize: 10 * GIB }],
    ["qcow2, version 3", qcow2(3), { type: "qcow2", virtualSize: 10 * GIB }],
    ["a sparse VMDK", file(512, [0, "KDMV"], [12, u64(4096)]), { type: "vmdk", virtualSize: 4096 * 512 }],
    ["an ESX VMDK", file(512, [0, "COWD"], [12, u32(4096)]), { type: "vmdk", virtualSize: 4096 * 512 }],
    [
      "the descriptor of a VMDK",
      Buffer.from('# Disk DescriptorFile\nversion=1\nRW 100 FLAT "a.vmdk" 0\nRW 28 FLAT "b.vmdk" 0\n'),
      { type: "vmdk", virtualSize: 128 * 512 },
    ],
    [
      "a fixed VHD",
      file(8192, [8192 - 512, "conectix"], [8192 - 512 + 48, u64b(7680)]),
      { type: "vhd", virtualSize: 7680 },
    ],
    [
      "a VHD that grows",
      file(8192, [0, "conectix"], [48, u64b(30 * GIB)]),
      { type: "vhd", virtualSize: 30 * GIB },
    ],
    ["VHDX", vhdx(192 * KIB), { type: "vhdx", virtualSize: 40 * GIB }],
    ["VHDX whose first table is broken", vhdx(256 * KIB), { type: "vhdx", virtualSize: 40 * GIB }],
    ["ISO 9660", iso, { type: "iso", virtualSize: 350_000 * 2048 }],
    [
      "an ISO that boots from a stick",
      Buffer.concat([mbr, iso.subarray(4096)]),
      { type: "iso", virtualSize: 350_000 * 2048 },
    ],
    ["a disc of UDF", file(40 * KIB, [32 * KIB, "\u0000BEA01"]), { type: "iso", virtualSize: null }],
    ["an OVA", ova(DISKS), { type: "ova", virtualSize: 16 * GIB + 1024 }],
    [
      "an OVA that leaves the size to a property",
      ova('<Disk ovf:capacity="${size}"/>'),
      { type: "ova", virtualSize: null },
    ],
    ["a disk with an MBR", mbr, { type: "raw", virtualSize: 4096 }],
    ["a disk with a GPT", file(8192, [512, "EFI PART"]), { type: "raw", virtualSize: 8192 }],
    [
      "a disk with a GPT, 4096 bytes a sector",
      file(8192, [4096, "EFI PART"]),
      { type: "raw", virtualSize: 8192 },
    ],
    ["ext4 without partitions", file(4096, [1080, "\u0053\u00ef"]), { type: "raw", virtualSize: 4096 }],
    ["xz", file(64, [0, "\u00fd7zXZ\0"]), { type: "compressed", virtualSize: null }],
    ["gzip", file(64, [0, "\u001f\u008b\u0008"]), { type: "compressed", virtualSize: null }],
  ])("%s", async (_, bytes, header) => {
    expect(await look(bytes)).toEqual(header);
  });
});

test.each<[string, Buffer]>([
  ["nothing", Buffer.alloc(0)],
  ["zeros", Buffer.alloc(100_000)],
  ["QEMU's first format", qcow2(1)],
  ["a web page", Buffer.from("<!DOCTYPE html><title>404</title>")],
  ["a tar that is no OVA", file(1024, [0, "readme.txt"], [257, "ustar"])],
  ["a boot sector without a partition", file(512, [510, "\u0055\u00aa"])],
  ["text that ends like a boot sector", Buffer.from("x".repeat(510) + "\u0055\u00aa", "latin1")],
])("%s is taken for no image", async (_, bytes) => {
  expect(await look(bytes)).toEqual({ type: "unknown", virtualSize: null });
});

test("a size beyond all disks is not repeated", async () => {
  const huge = Buffer.from("ffffffffffffffff", "hex");
  expect(await look(file(512, [0, "QFI\u00fb"], [4, u32b(3)], [24, huge]))).toEqual({
    type: "qcow2",
    virtualSize: null,
  });
  expect(await look(file(512, [0, "KDMV"], [12, huge]))).toEqual({ type: "vmdk", virtualSize: null });
});

test("no header makes the reader throw, or read outside of what a header takes", async () => {
  const seeds = [qcow2(3), vhdx(192 * KIB), iso, ova(DISKS), mbr, file(8192, [0, "conectix"], [48, u64b(1)])];
  // Where headers lie, and anywhere else.
  const places = fc.oneof(
    fc.nat(600),
    fc.nat(70_000),
    fc.nat(300).map((at) => 192 * KIB + at),
    fc.nat(200).map((at) => 2 * KIB * KIB + at),
  );
  const change = fc.tuple(places, fc.uint8Array({ minLength: 1, maxLength: 16 }));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(change, { maxLength: 8 }),
      fc.oneof(fc.nat(80_000), fc.constant(4 * KIB * KIB)),
      async (seed, changes, length) => {
        const bytes = Buffer.from(seed.subarray(0, length));
        for (const [at, piece] of changes) Buffer.from(piece).copy(bytes, Math.min(at, bytes.length));
        let most = 0;
        const header = await readImageHeader(async (offset, wanted) => {
          most = Math.max(most, wanted);
          return bytes.subarray(Math.min(offset, bytes.length), Math.min(offset + wanted, bytes.length));
        }, bytes.length);
        expect(most).toBeLessThanOrEqual(1024 * KIB);
        expect(header.virtualSize === null || Number.isSafeInteger(header.virtualSize)).toBe(true);
      },
    ),
    { numRuns: 1_000 },
  );
});
