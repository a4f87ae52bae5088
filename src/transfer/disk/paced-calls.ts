/** Calls of the file system on this thread as long as the disk is quick, by the thread pool where it is not. */
import type { Stats } from "node:fs";
import type { FileCalls } from "./file-calls.ts";
import { BY_THE_POOL, ON_THIS_THREAD } from "./file-calls.ts";
import type { WriteOutcome } from "./write-fully.ts";
import { ProbePace } from "./probe-pace.ts";

/** A small file takes some twenty calls. */
const LONG_CALL_MS = 2;
/** Waiting for the disk itself: side by side in the pool, many syncs cost hardly more than one. */
const LONG_SYNC_MS = 0.5;

/** @param now milliseconds */
export class PacedCalls implements FileCalls {
  readonly #calls = new ProbePace(LONG_CALL_MS);
  readonly #syncs = new ProbePace(LONG_SYNC_MS);
  readonly #now: () => number;

  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  open(path: string, flags: number, mode: number): number | Promise<number> {
    return this.#do(this.#calls, (calls) => calls.open(path, flags, mode));
  }

  write(fd: number, bytes: Uint8Array, position: number): WriteOutcome | Promise<WriteOutcome> {
    return this.#do(this.#calls, (calls) => calls.write(fd, bytes, position));
  }

  writePieces(fd: number, pieces: readonly Uint8Array[]): WriteOutcome | Promise<WriteOutcome> {
    return this.#do(this.#calls, (calls) => calls.writePieces(fd, pieces));
  }

  sync(fd: number): void | Promise<void> {
    return this.#do(this.#syncs, (calls) => calls.sync(fd));
  }

  stat(fd: number): Stats | Promise<Stats> {
    return this.#do(this.#calls, (calls) => calls.stat(fd));
  }

  close(fd: number): void | Promise<void> {
    return this.#do(this.#calls, (calls) => calls.close(fd));
  }

  link(from: string, to: string): void | Promise<void> {
    return this.#do(this.#calls, (calls) => calls.link(from, to));
  }

  rename(from: string, to: string): void | Promise<void> {
    return this.#do(this.#calls, (calls) => calls.rename(from, to));
  }

  unlink(path: string): void | Promise<void> {
    return this.#do(this.#calls, (calls) => calls.unlink(path));
  }

  look(path: string): Stats | null | Promise<Stats | null> {
    return this.#do(this.#calls, (calls) => calls.look(path));
  }

  #do<T>(pace: ProbePace, work: (calls: FileCalls) => T): T {
    if (!pace.mayBlock) {
      pace.passed();
      return work(BY_THE_POOL);
    }
    const started = this.#now();
    try {
      return work(ON_THIS_THREAD);
    } finally {
      pace.blocked(this.#now() - started);
    }
  }
}
