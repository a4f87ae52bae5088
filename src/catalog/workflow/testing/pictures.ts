/** Pictures with texts in them, as small as pictures may be. */
import { crc32, deflateSync } from "node:zlib";

export type Chunk = readonly [type: string, body: Buffer];

/** A PNG of one grey pixel. */
export function picture(...chunks: Chunk[]): Buffer {
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0]);
  const all: Chunk[] = [
    ["IHDR", header],
    ...chunks,
    ["IDAT", deflateSync(Buffer.from([0, 128]))],
    ["IEND", Buffer.alloc(0)],
  ];
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([signature, ...all.map(pngChunk)]);
}

function pngChunk([type, body]: Chunk): Buffer {
  const named = Buffer.concat([Buffer.from(type, "latin1"), body]);
  return Buffer.concat([u32(body.length, false), named, u32(crc32(named), false)]);
}

export function plainText(key: string, text: string): Chunk {
  return ["tEXt", Buffer.from(`${key}\0${text}`)];
}

export function zipped(key: string, text: string): Chunk {
  return ["zTXt", Buffer.concat([Buffer.from(`${key}\0\0`), deflateSync(text)])];
}

export function international(key: string, text: string, compressed: boolean): Chunk {
  const head = Buffer.from(`${key}\0${compressed ? "\x01" : "\0"}\0en\0Arbeitsablauf\0`);
  return ["iTXt", Buffer.concat([head, compressed ? deflateSync(text) : Buffer.from(text)])];
}

/** The container of a WebP with an Exif chunk; without one if it is empty. */
export function webp(tiff: Buffer): Buffer {
  const body = Buffer.concat([riffChunk("VP8L", Buffer.from([0x2f, 0, 0])), riffChunk("EXIF", tiff)]);
  return Buffer.concat([Buffer.from("RIFF"), u32(body.length + 4, true), Buffer.from("WEBP"), body]);
}

function riffChunk(type: string, body: Buffer): Buffer {
  const padding = Buffer.alloc(body.length % 2);
  return Buffer.concat([Buffer.from(type, "latin1"), u32(body.length, true), body, padding]);
}

/** A TIFF of one directory with these texts, as ComfyUI fills it: from the tag of the camera's model downwards. */
export function exif(texts: readonly string[], littleEnd: boolean): Buffer {
  const directory = 8;
  let at = directory + 2 + texts.length * 12 + 4;
  const entries: Buffer[] = [];
  const values: Buffer[] = [];
  for (const [nth, text] of texts.entries()) {
    const value = Buffer.from(`${text}\0`);
    const head = [u16(0x0110 - nth, littleEnd), u16(2, littleEnd), u32(value.length, littleEnd)];
    entries.push(Buffer.concat([...head, u32(at, littleEnd)]));
    values.push(value);
    at += value.length;
  }
  return Buffer.concat([
    Buffer.from(littleEnd ? "II" : "MM"),
    u16(42, littleEnd),
    u32(directory, littleEnd),
    u16(texts.length, littleEnd),
    ...entries,
    u32(0, littleEnd),
    ...values,
  ]);
}

function u16(value: number, littleEnd: boolean): Buffer {
  const bytes = Buffer.alloc(2);
  if (littleEnd) bytes.writeUInt16LE(value);
  else bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number, littleEnd: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (littleEnd) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}
