/**
 * The workflow that ComfyUI keeps in the pictures it makes: text chunks of PNG (W3C PNG §11.3.3), Exif of WebP
 * (RIFF container of WebP; TIFF 6.0 §2). Pure, bounded, never throws.
 */
import { inflateSync } from "node:zlib";

/** A workflow of tens of thousands of nodes takes a few. Bytes of text. */
const MAX_TEXT_BYTES = 64 * 1024 * 1024;

/** The page's format tells more than the API's, which is beside it. */
const KEYS = ["workflow", "prompt"] as const;

type Texts = Partial<Record<(typeof KEYS)[number], string>>;

export type EmbeddedReading =
  | { kind: "text"; text: string }
  /** Half a sentence about the picture. */
  | { kind: "none"; reason: string };

export function readEmbedded(bytes: Uint8Array): EmbeddedReading {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts = isPng(data) ? readPng(data) : isWebp(data) ? readWebp(data) : null;
  if (texts === null) return { kind: "none", reason: "it is no PNG and no WebP picture" };
  const text = texts.workflow ?? texts.prompt;
  return text === undefined
    ? { kind: "none", reason: "no workflow is kept in this picture" }
    : { kind: "text", text };
}

const PNG_SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

function isPng(data: Buffer): boolean {
  return data.subarray(0, 8).equals(PNG_SIGNATURE);
}

function readPng(data: Buffer): Texts {
  const texts: Texts = {};
  for (let at = 8; at + 12 <= data.length;) {
    const length = data.readUInt32BE(at);
    const type = data.toString("latin1", at + 4, at + 8);
    const body = data.subarray(at + 8, Math.min(at + 8 + length, data.length));
    if (type === "IEND") break;
    // A chunk that is cut short says nothing.
    if (body.length === length) note(texts, readChunk(type, body));
    at += 12 + length;
  }
  return texts;
}

interface Keyed {
  key: string;
  text: string;
}

function note(texts: Texts, keyed: Keyed | null): void {
  const key = KEYS.find((key) => key === keyed?.key);
  if (key !== undefined && keyed !== null) texts[key] ??= keyed.text;
}

/** A text chunk of any kind; null for all others. */
function readChunk(type: string, body: Buffer): Keyed | null {
  const keyEnd = body.indexOf(0);
  if (keyEnd < 1) return null;
  const key = body.toString("latin1", 0, keyEnd);
  const rest = body.subarray(keyEnd + 1);
  switch (type) {
    case "tEXt":
      // By the letter it is Latin-1; what writes JSON writes ASCII or UTF-8.
      return { key, text: rest.toString("utf8") };
    case "zTXt":
      return rest[0] === 0 ? inflated(key, rest.subarray(1)) : null;
    case "iTXt":
      return readInternational(key, rest);
    default:
      return null;
  }
}

/** Compression flag and method, language tag and translated keyword, each of these two ended by a zero. */
function readInternational(key: string, rest: Buffer): Keyed | null {
  const languageEnd = rest.indexOf(0, 2);
  const translatedEnd = languageEnd < 0 ? -1 : rest.indexOf(0, languageEnd + 1);
  if (translatedEnd < 0) return null;
  const text = rest.subarray(translatedEnd + 1);
  if (rest[0] === 0) return { key, text: text.toString("utf8") };
  return rest[0] === 1 && rest[1] === 0 ? inflated(key, text) : null;
}

function inflated(key: string, bytes: Buffer): Keyed | null {
  try {
    return { key, text: inflateSync(bytes, { maxOutputLength: MAX_TEXT_BYTES }).toString("utf8") };
  } catch {
    return null;
  }
}

function isWebp(data: Buffer): boolean {
  return data.toString("latin1", 0, 4) === "RIFF" && data.toString("latin1", 8, 12) === "WEBP";
}

function readWebp(data: Buffer): Texts {
  const texts: Texts = {};
  for (let at = 12; at + 8 <= data.length;) {
    const type = data.toString("latin1", at, at + 4);
    const length = data.readUInt32LE(at + 4);
    if (type === "EXIF") {
      for (const text of asciiFields(data.subarray(at + 8, at + 8 + length))) note(texts, splitKey(text));
    }
    // Chunks are padded to even lengths.
    at += 8 + length + (length % 2);
  }
  return texts;
}

/** ComfyUI writes `workflow:{…}` and `prompt:{…}` into fields that cameras have for their makers. */
function splitKey(text: string): Keyed | null {
  const at = text.indexOf(":");
  return at < 0 ? null : { key: text.slice(0, at).toLowerCase(), text: text.slice(at + 1) };
}

/** Bytes of an entry: tag, type, count, value or where it lies. */
const ENTRY_BYTES = 12;
const ASCII = 2;

/** The texts of the first directory of a TIFF file. */
function* asciiFields(chunk: Buffer): Generator<string> {
  // Some writers put the mark of JPEG's Exif in front.
  const tiff = chunk.toString("latin1", 0, 6) === "Exif\0\0" ? chunk.subarray(6) : chunk;
  const order = tiff.toString("latin1", 0, 2);
  if (tiff.length < 8 || (order !== "II" && order !== "MM")) return;
  const isLittle = order === "II";
  const u16 = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  const u32 = (at: number): number => (isLittle ? tiff.readUInt32LE(at) : tiff.readUInt32BE(at));
  const directory = u32(4);
  if (directory + 2 > tiff.length) return;
  const count = u16(directory);
  for (let nth = 0; nth < count; nth += 1) {
    const at = directory + 2 + nth * ENTRY_BYTES;
    if (at + ENTRY_BYTES > tiff.length) return;
    if (u16(at + 2) !== ASCII) continue;
    const length = u32(at + 4);
    const start = length <= 4 ? at + 8 : u32(at + 8);
    if (length > 0 && start + length <= tiff.length)
      yield tiff.toString("utf8", start, start + length).replace(/\0+$/, "");
  }
}
