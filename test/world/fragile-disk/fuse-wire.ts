/** The kernel's side of FUSE: the structures of include/uapi/linux/fuse.h, as far as they are used here. */
import type { Node } from "./nodes.ts";

/** `enum fuse_opcode`. */
export const OPCODE = {
  lookup: 1,
  forget: 2,
  getattr: 3,
  setattr: 4,
  mkdir: 9,
  unlink: 10,
  rmdir: 11,
  rename: 12,
  link: 13,
  open: 14,
  read: 15,
  write: 16,
  statfs: 17,
  release: 18,
  fsync: 20,
  flush: 25,
  init: 26,
  opendir: 27,
  readdir: 28,
  releasedir: 29,
  fsyncdir: 30,
  create: 35,
  interrupt: 36,
  destroy: 38,
  batchForget: 42,
  rename2: 45,
} as const;

/** `struct fuse_in_header`. */
export const IN_HEADER_BYTES = 40;
/** `struct fuse_out_header`. */
const OUT_HEADER_BYTES = 16;
/** Longest write that is asked for at once; the kernel takes no more than 256 pages. */
export const MAX_WRITE_BYTES = 1024 * 1024;
/** Names and attributes change only through the kernel: what it knows stays true. Seconds. */
const VALID_S = 3600n;

const PROTOCOL = { major: 7, minor: 31 };
const FLAG_BIG_WRITES = 1 << 5;
const FLAG_MAX_PAGES = 1 << 22;

export interface Request {
  opcode: number;
  /** To be given back with the answer. */
  unique: bigint;
  nodeId: number;
  /** What follows the header. */
  body: Buffer;
}

export function readRequest(bytes: Buffer): Request {
  return {
    opcode: bytes.readUInt32LE(4),
    unique: bytes.readBigUInt64LE(8),
    nodeId: Number(bytes.readBigUInt64LE(16)),
    body: bytes.subarray(IN_HEADER_BYTES, bytes.readUInt32LE(0)),
  };
}

/** @param errno positive */
export function reply(unique: bigint, errno: number, body: Uint8Array): Buffer {
  const answer = Buffer.alloc(OUT_HEADER_BYTES + body.length);
  answer.writeUInt32LE(answer.length, 0);
  answer.writeInt32LE(-errno, 4);
  answer.writeBigUInt64LE(unique, 8);
  answer.set(body, OUT_HEADER_BYTES);
  return answer;
}

/** `struct fuse_init_out`. */
export function initOut(): Buffer {
  const out = Buffer.alloc(64);
  out.writeUInt32LE(PROTOCOL.major, 0);
  out.writeUInt32LE(PROTOCOL.minor, 4);
  out.writeUInt32LE(MAX_WRITE_BYTES, 8); // max_readahead
  out.writeUInt32LE(FLAG_BIG_WRITES | FLAG_MAX_PAGES, 12);
  out.writeUInt16LE(16, 16); // max_background
  out.writeUInt16LE(12, 18); // congestion_threshold
  out.writeUInt32LE(MAX_WRITE_BYTES, 20);
  out.writeUInt32LE(1, 24); // time_gran
  out.writeUInt16LE(MAX_WRITE_BYTES / 4096, 28); // max_pages
  return out;
}

/** `struct fuse_attr`. */
function attr(node: Node): Buffer {
  const out = Buffer.alloc(88);
  const size = node.kind === "file" ? node.pages.size : 4096;
  out.writeBigUInt64LE(BigInt(node.ino), 0);
  out.writeBigUInt64LE(BigInt(size), 8);
  out.writeBigUInt64LE(BigInt(Math.ceil(size / 512)), 16);
  const seconds = BigInt(Math.floor(node.changedAt / 1000));
  const nanoseconds = Math.round((node.changedAt % 1000) * 1e6);
  for (const nth of [0, 1, 2]) {
    out.writeBigUInt64LE(seconds, 24 + nth * 8);
    out.writeUInt32LE(nanoseconds, 48 + nth * 4);
  }
  out.writeUInt32LE(node.mode, 60);
  out.writeUInt32LE(node.links, 64);
  out.writeUInt32LE(4096, 80); // blksize
  return out;
}

/** `struct fuse_entry_out`. */
export function entryOut(node: Node): Buffer {
  const head = Buffer.alloc(40);
  head.writeBigUInt64LE(BigInt(node.id), 0);
  head.writeBigUInt64LE(VALID_S, 16);
  head.writeBigUInt64LE(VALID_S, 24);
  return Buffer.concat([head, attr(node)]);
}

/** `struct fuse_attr_out`. */
export function attrOut(node: Node): Buffer {
  const head = Buffer.alloc(16);
  head.writeBigUInt64LE(VALID_S, 0);
  return Buffer.concat([head, attr(node)]);
}

/** `struct fuse_open_out`: no handles are kept, the node says all. */
export function openOut(): Buffer {
  return Buffer.alloc(16);
}

/** `struct fuse_write_out`. */
export function writeOut(bytes: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeUInt32LE(bytes, 0);
  return out;
}

/** `struct fuse_statfs_out`, blocks of 4 KiB. */
export function statfsOut(blocks: number, free: number): Buffer {
  const out = Buffer.alloc(80);
  const values = [blocks, free, free, 1e6, 1e6];
  values.forEach((value, nth) => out.writeBigUInt64LE(BigInt(value), nth * 8));
  out.writeUInt32LE(4096, 40);
  out.writeUInt32LE(255, 44);
  out.writeUInt32LE(4096, 48);
  return out;
}

/** A run of `struct fuse_dirent`, as many as fit from the `offset`th name on. */
export function direntsOut(
  names: readonly (readonly [string, Node])[],
  offset: number,
  room: number,
): Buffer {
  const entries: Buffer[] = [];
  let length = 0;
  for (const [index, [name, node]] of names.entries()) {
    if (index < offset) continue;
    const text = Buffer.from(name);
    const entry = Buffer.alloc(Math.ceil((24 + text.length) / 8) * 8);
    if (length + entry.length > room) break;
    entry.writeBigUInt64LE(BigInt(node.ino), 0);
    entry.writeBigUInt64LE(BigInt(index + 1), 8);
    entry.writeUInt32LE(text.length, 16);
    entry.writeUInt32LE(node.mode >> 12, 20);
    entry.set(text, 24);
    entries.push(entry);
    length += entry.length;
  }
  return Buffer.concat(entries);
}

/** Text up to its zero byte. */
export function textAt(body: Buffer, at: number): string {
  return body.toString("utf8", at, body.indexOf(0, at));
}
