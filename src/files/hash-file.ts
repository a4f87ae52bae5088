/** Reads a file for its hash, past the page cache where the file system can. Synchronous: it runs in a worker. */
import type { Hash } from "node:crypto";
import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { isUntouched, stampOf } from "../job/file-stamp.ts";
import type { FileStamp } from "../job/file-stamp.ts";
import { alignedBuffer } from "./aligned-buffer.ts";
import { CONTROL, GO, PAUSE, STOP } from "./worker-messages.ts";
import type { HashAnswer, WorkerRequest } from "./worker-messages.ts";

/** One read: large enough for spinning disks, some milliseconds of others. A multiple of 4096, as O_DIRECT wants it. Bytes. */
const READ_BYTES = 4 * 1024 * 1024;

let memory: Uint8Array | null = null;

/** @param signals `CONTROL` of it is looked at between two reads */
export function hashFile(
  { path, algorithm, restRatio }: Extract<WorkerRequest, { kind: "hash" }>,
  signals: Int32Array,
): HashAnswer {
  let fd: number | null = null;
  try {
    const opened = openForHash(path);
    ({ fd } = opened);
    const before = stampOfOpen(fd);
    if (before === null) return { kind: "changed" };
    const hash = createHash(algorithm);
    const read = readAll(fd, opened.isDirect, before.size, { path, hash, restRatio, signals });
    if (read !== "read") return { kind: read };
    const after = stampOfOpen(fd);
    if (after === null || !isUntouched(before, after)) return { kind: "changed" };
    return { kind: "hashed", hex: hash.digest("hex"), stamp: after };
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ELOOP" ? { kind: "changed" } : { kind: "failed", code };
  } finally {
    if (fd !== null) closeSync(fd);
  }
}

/** What was read through the page cache would push out what programs need there. */
function openForHash(path: string): { fd: number; isDirect: boolean } {
  const plain = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  // macOS has no such flag.
  const direct = (constants as { O_DIRECT?: number }).O_DIRECT;
  if (direct !== undefined) {
    try {
      return { fd: openSync(path, plain | direct), isDirect: true };
    } catch (error) {
      // EINVAL: this file system has no direct reads (tmpfs, some network mounts).
      if ((error as NodeJS.ErrnoException).code !== "EINVAL") throw error;
    }
  }
  return { fd: openSync(path, plain), isDirect: false };
}

function stampOfOpen(fd: number): FileStamp | null {
  const facts = fstatSync(fd, { bigint: true });
  return facts.isFile() ? stampOf(facts) : null;
}

interface Reading {
  path: string;
  hash: Hash;
  /** So many times as long as a read and its hash took it rests. */
  restRatio: number;
  signals: Int32Array;
}

function readAll(
  first: number,
  isDirect: boolean,
  size: number,
  { path, hash, restRatio, signals }: Reading,
): "read" | "changed" | "stopped" {
  memory ??= alignedBuffer(READ_BYTES);
  const buffer = memory;
  let fd = first;
  let direct = isDirect;
  try {
    for (let at = 0; at < size;) {
      if (!mayGoOn(signals)) return "stopped";
      const began = performance.now();
      let bytes: number;
      try {
        bytes = readSync(fd, buffer, 0, READ_BYTES, at);
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === "EINTR") continue;
        if (code !== "EINVAL" || !direct) throw error;
        // It can be opened like that and not be read.
        direct = false;
        fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW);
        continue;
      }
      if (bytes === 0 || at + bytes > size) return "changed";
      hash.update(buffer.subarray(0, bytes));
      at += bytes;
      const restMs = restRatio * (performance.now() - began);
      if (restMs >= 1) Atomics.wait(signals, CONTROL, GO, restMs);
    }
    return "read";
  } finally {
    if (fd !== first) closeSync(fd);
  }
}

/** Waits while it is to pause. False: it is to stop. */
function mayGoOn(signals: Int32Array): boolean {
  for (;;) {
    const said = Atomics.load(signals, CONTROL);
    if (said === GO) return true;
    if (said === STOP) return false;
    Atomics.wait(signals, CONTROL, PAUSE);
  }
}
