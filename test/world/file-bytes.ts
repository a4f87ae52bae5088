/**
 * Endless files that are never stored: the byte at any offset is computed from a seed.
 *
 * A file is blocks of 1 MiB. A block is 16 bytes that name it (seed, index), then a slice of one random
 * template that starts elsewhere for every block: bytes at a wrong offset, of a wrong version or of a wrong
 * block are never the right ones, and serving costs no copy.
 */
import { createHash } from "node:crypto";

const BLOCK = 1024 * 1024;
const MARK = 16;
/** Odd, so that the slices of neighbouring blocks start far apart and all starts occur. */
const STRIDE = 641_987;

/** Templates kept, 2 MiB each: runs with thousands of seeds make those of the oldest anew. */
const MAX_TEMPLATES = 64;
const templates = new Map<number, Buffer>();

/** Two blocks of pseudo-random bytes for a seed (mulberry32). */
function templateOf(seed: number): Buffer {
  const known = templates.get(seed);
  if (known !== undefined) return known;
  const [oldest] = templates.keys();
  if (templates.size >= MAX_TEMPLATES && oldest !== undefined) templates.delete(oldest);
  const words = new Uint32Array((2 * BLOCK) / 4);
  let state = seed >>> 0;
  for (let index = 0; index < words.length; index += 1) {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    words[index] = mixed ^ (mixed >>> 14);
  }
  const template = Buffer.from(words.buffer);
  templates.set(seed, template);
  return template;
}

export interface Content {
  seed: number;
  size: number;
  /** Replaces the first bytes: what makes the file look like its kind. */
  head: Uint8Array;
}

/** The bytes of [start, end), in pieces of at most 1 MiB that must not be written to. */
export function* piecesOf({ seed, size, head }: Content, start: number, end: number): Generator<Uint8Array> {
  const stop = Math.min(end, size);
  let at = start;
  while (at < stop) {
    const piece = pieceAt(seed, head, at, stop);
    yield piece;
    at += piece.length;
  }
}

function pieceAt(seed: number, head: Uint8Array, at: number, stop: number): Uint8Array {
  if (at < head.length) return head.subarray(at, Math.min(head.length, stop));
  const index = Math.floor(at / BLOCK);
  const inside = at - index * BLOCK;
  if (inside < MARK) {
    const mark = Buffer.alloc(MARK);
    mark.writeDoubleLE(seed + 0.5, 0);
    mark.writeDoubleLE(index + 0.25, 8);
    return mark.subarray(inside, Math.min(MARK, inside + stop - at));
  }
  const from = ((index * STRIDE) % BLOCK) + inside;
  return templateOf(seed).subarray(from, from + Math.min(BLOCK - inside, stop - at));
}

/** [start, end) in one buffer: for small files and for comparing. */
export function bytesOf(content: Content, start = 0, end = content.size): Buffer {
  return Buffer.concat([...piecesOf(content, start, end)]);
}

export function hashOf(content: Content, algorithm = "sha256"): string {
  const hash = createHash(algorithm);
  for (const piece of piecesOf(content, 0, content.size)) hash.update(piece);
  return hash.digest("hex");
}

/** First bytes that make a file of this name pass for what its extension says; none for other names. */
export function headFor(path: string, size: number): Uint8Array {
  const extension = /\.([a-z0-9]+)$/i.exec(path)?.[1]?.toLowerCase() ?? "";
  const head = extension === "safetensors" ? safetensorsHead(size) : (MAGIC[extension] ?? Buffer.alloc(0));
  return head.subarray(0, size);
}

const ZIP = Buffer.from("PK\u0003\u0004\u0014\u0000\u0000\u0000", "latin1");
const MAGIC: Record<string, Buffer> = {
  gguf: Buffer.from("GGUF\u0003\u0000\u0000\u0000", "latin1"),
  zip: ZIP,
  pt: ZIP,
  qcow2: Buffer.from("QFI\u00fb\u0000\u0000\u0000\u0003", "latin1"),
  gz: Buffer.from("1f8b08000000000000ff", "hex"),
  xz: Buffer.from("fd377a585a00", "hex"),
  zst: Buffer.from("28b52ffd", "hex"),
  png: Buffer.from("89504e470d0a1a0a", "hex"),
};

function safetensorsHead(size: number): Buffer {
  const json = (bytes: number): string =>
    JSON.stringify({ weight: { dtype: "U8", shape: [bytes], data_offsets: [0, bytes] } });
  const header = json(Math.max(0, size - 8 - 80)).padEnd(80, " ");
  const head = Buffer.alloc(8 + header.length);
  head.writeBigUInt64LE(BigInt(header.length), 0);
  head.write(header, 8, "latin1");
  return head;
}
