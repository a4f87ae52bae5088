/** A folder that small files are put into: how quick its disk is, how much room it has, one sync for many names. */
import { freeBytes } from "../place/check-space.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { PacedCalls } from "../disk/paced-calls.ts";
import { syncFolder } from "../disk/sync-folder.ts";

/** How long a look at the free space counts: others write to the disk, too. */
const ROOM_FRESH_MS = 500;
/** With less than this to spare, every file is looked at closely: what others write meanwhile is no more. Bytes. */
const ROOM_TO_SPARE = 256 * 1024 * 1024;

export class SmallFolder {
  /** How its disk is used. */
  readonly calls: FileCalls;
  readonly #path: string;
  #room: Promise<number | null> | null = null;
  /** When that look began. Milliseconds, `performance.now()`. */
  #lookedAt = 0;
  /** Bytes promised room since the last look. */
  #promised = 0;
  #syncing: Promise<void> = Promise.resolve();
  /** The sync after the one under way; null if nobody waits for it. */
  #next: Promise<void> | null = null;

  constructor(path: string, calls: FileCalls = new PacedCalls()) {
    this.#path = path;
    this.calls = calls;
  }

  /**
   * Whether there is room for the bytes beyond doubt; if there may not be, whoever asks has to look closely.
   *
   * @param others bytes that are not ours to use
   */
  async hasRoom(bytes: number, others: number): Promise<boolean> {
    if (this.#room === null || performance.now() - this.#lookedAt > ROOM_FRESH_MS) {
      this.#promised = 0;
      this.#lookedAt = performance.now();
      this.#room = freeBytes(this.#path);
    }
    const looked = this.#room;
    const free = await looked.catch((error: unknown) => {
      // A disk in trouble once is looked at again by the next file.
      if (this.#room === looked) this.#room = null;
      throw error;
    });
    if (free !== null && free - this.#promised < bytes + others + ROOM_TO_SPARE) return false;
    this.#promised += bytes;
    return true;
  }

  /** Resolves when the names given and taken away before the call are there to stay. */
  commit(): Promise<void> {
    this.#next ??= this.#syncing
      .catch(() => {})
      .then(() => {
        this.#syncing = this.#next ?? Promise.resolve();
        this.#next = null;
        return syncFolder(this.#path, this.calls);
      });
    return this.#next;
  }
}
