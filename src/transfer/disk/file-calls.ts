/**
 * The few calls of the file system that small files are made of, on this thread or by the thread pool.
 *
 * On a quick disk a call on this thread takes microseconds, by the pool ten times as long, most of it spent on the
 * way there and back. On a slow disk everything else would wait for it.
 */
import {
  closeSync,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  openSync,
  promises,
  renameSync,
  unlinkSync,
  close,
  fstat,
  fsync,
  open,
} from "node:fs";
import type { Stats } from "node:fs";
import { promisify } from "node:util";
import { writeFully, writeFullyLater } from "./write-fully.ts";
import type { WriteOutcome } from "./write-fully.ts";
import { writePieces, writePiecesLater } from "./write-pieces.ts";

/** They throw, or reject, with errors of the file system. */
export interface FileCalls {
  open(path: string, flags: number, mode: number): number | Promise<number>;
  write(fd: number, bytes: Uint8Array, position: number): WriteOutcome | Promise<WriteOutcome>;
  /** To the beginning of the file. */
  writePieces(fd: number, pieces: readonly Uint8Array[]): WriteOutcome | Promise<WriteOutcome>;
  sync(fd: number): void | Promise<void>;
  stat(fd: number): Stats | Promise<Stats>;
  close(fd: number): void | Promise<void>;
  link(from: string, to: string): void | Promise<void>;
  rename(from: string, to: string): void | Promise<void>;
  unlink(path: string): void | Promise<void>;
  /** Null for what is not there. */
  look(path: string): Stats | null | Promise<Stats | null>;
}

export const ON_THIS_THREAD: FileCalls = {
  open: openSync,
  write: writeFully,
  writePieces,
  sync: fsyncSync,
  stat: (fd) => fstatSync(fd),
  close: closeSync,
  link: linkSync,
  rename: renameSync,
  unlink: unlinkSync,
  // Not by way of an exception: most often nothing is there.
  look: (path) => lstatSync(path, { throwIfNoEntry: false }) ?? null,
};

const openByPool = promisify(open);

export const BY_THE_POOL: FileCalls = {
  open: (path, flags, mode) => openByPool(path, flags, mode),
  write: writeFullyLater,
  writePieces: writePiecesLater,
  sync: promisify(fsync),
  stat: promisify(fstat),
  close: promisify(close),
  link: promises.link,
  rename: promises.rename,
  unlink: promises.unlink,
  look: async (path) => {
    try {
      return await promises.lstat(path);
    } catch (error) {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    }
  },
};
