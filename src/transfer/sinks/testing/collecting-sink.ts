/** A sink that keeps everything, with rooms and pauses as a test wants them. */
import { setImmediate as nextTurn, setTimeout as sleep } from "node:timers/promises";
import type { BodySink, SinkVerdict } from "../body-sink.ts";

export interface CollectingOptions {
  /** Size of the next room, at least 1. */
  roomBytes?: () => number;
  /** Said after each filling. */
  verdict?: (total: number) => SinkVerdict;
  /** How long `ready` takes; 0: to the next turn of the loop; null: never. Milliseconds. */
  readyMs?: number | null;
  /** Whether there is no room while waiting. */
  roomless?: boolean;
}

export class CollectingSink implements BodySink {
  readonly #options: CollectingOptions;
  readonly #pieces: Buffer[] = [];
  #room: Buffer | null = null;
  #waiting = false;
  bytes = 0;
  waits = 0;

  constructor(options: CollectingOptions = {}) {
    this.#options = options;
  }

  get body(): Buffer {
    return Buffer.concat(this.#pieces);
  }

  room(): Uint8Array | null {
    if (this.#waiting && this.#options.roomless === true) return null;
    // Guarded by bytes that must not change.
    this.#room ??= Buffer.alloc((this.#options.roomBytes?.() ?? 64 * 1024) + 8, GUARD);
    return this.#room.subarray(4, -4);
  }

  filled(bytes: number): SinkVerdict {
    const room = this.#room as Buffer;
    this.#room = null;
    if (bytes < 1 || bytes > room.length - 8)
      throw new Error(`${bytes} bytes in a room of ${room.length - 8}`);
    if (!isGuard(room.subarray(0, 4)) || !isGuard(room.subarray(4 + bytes)))
      throw new Error("bytes were put where nobody asked for them");
    this.#pieces.push(room.subarray(4, 4 + bytes));
    this.bytes += bytes;
    const verdict = this.#options.verdict?.(this.bytes) ?? "go";
    this.#waiting = verdict === "wait";
    return verdict;
  }

  async ready(): Promise<"go"> {
    this.waits++;
    const { readyMs = 0 } = this.#options;
    if (readyMs === null) return new Promise(() => {});
    // The shortest timer takes a millisecond, which adds up where a test fills a byte at a time.
    await (readyMs === 0 ? nextTurn() : sleep(readyMs));
    this.#waiting = false;
    return "go";
  }
}

const GUARD = 0xee;
let guards = Buffer.alloc(1024 * 1024, GUARD);

/** Compared as a whole: a room is looked through after every filling, be it of a single byte. */
function isGuard(bytes: Buffer): boolean {
  if (bytes.length > guards.length) guards = Buffer.alloc(bytes.length, GUARD);
  return bytes.equals(guards.subarray(0, bytes.length));
}
