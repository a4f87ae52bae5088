/**
 * Hash of a file's bytes from the beginning up to the first hole, kept by a worker.
 *
 * What is received just where the hash stands is hashed from memory, while it is written; what came out of order,
 * and what a resumed file had before, is read from the file once the bytes before it are there.
 */
import { addRange } from "../byte-ranges.ts";
import type { ByteRange } from "../byte-ranges.ts";
import type { Slot } from "../disk/slot-pool.ts";
import type { DigestOutcome, HashStream } from "./hash-stream.ts";

export class RingPrefixHash {
  readonly #stream: HashStream;
  readonly #fd: number;
  /** What is in the file, as far as it was told. */
  #written: readonly ByteRange[];
  /** Everything before it was given to the worker. */
  #position = 0;

  /**
   * @param fd for reading; has to stay open until the digest is there or `close` has resolved
   * @param written what is in the file already: sorted, apart
   */
  constructor(stream: HashStream, fd: number, written: readonly ByteRange[]) {
    this.#stream = stream;
    this.#fd = fd;
    this.#written = written;
    this.#chase();
  }

  /** Bytes hashed or on their way. */
  get position(): number {
    return this.#position;
  }

  get bytesHashed(): number {
    return this.#stream.bytesHashed;
  }

  /** The bytes from `position` on lie in a slot and will not change until it is free; they may not be written yet. */
  offer(position: number, slot: Slot, start: number, end: number): void {
    if (position !== this.#position) return;
    this.#stream.slot(slot, start, end);
    this.#position += end - start;
  }

  /** These bytes are in the file now. */
  wrote(range: ByteRange): void {
    this.#written = addRange(this.#written, range);
    this.#chase();
  }

  digest(): Promise<DigestOutcome> {
    return this.#stream.digest();
  }

  close(): Promise<void> {
    return this.#stream.close();
  }

  #chase(): void {
    const next = this.#written.find(([start, end]) => start <= this.#position && this.#position < end);
    if (next === undefined) return;
    this.#stream.file(this.#fd, this.#position, next[1] - this.#position);
    this.#position = next[1];
  }
}
