/**
 * Hash of a file's bytes from the beginning up to the first hole, kept by a worker.
 *
 * What is received just where the hash stands is hashed from memory, while it is written; what came out of order,
 * and what a resumed file had before, is read from the file once the bytes before it are there.
 */
import type { ByteRange } from "../part/byte-ranges.ts";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { Slot } from "../disk/slot-pool.ts";
import type { DigestOutcome, HashStream } from "./hash-stream.ts";

export class RingPrefixHash {
  readonly algorithm: ChecksumAlgorithm;
  readonly #stream: HashStream;
  readonly #fd: number;
  readonly #written: () => readonly ByteRange[];
  /** Everything before it was given to the worker. */
  #position = 0;
  #digest: Promise<DigestOutcome> | null = null;

  /**
   * @param fd for reading; has to stay open until the digest is there or `close` has resolved
   * @param written what is in the file: sorted, apart
   */
  constructor(
    algorithm: ChecksumAlgorithm,
    stream: HashStream,
    fd: number,
    written: () => readonly ByteRange[],
  ) {
    this.algorithm = algorithm;
    this.#stream = stream;
    this.#fd = fd;
    this.#written = written;
    this.wrote();
  }

  /** Bytes hashed or on their way. */
  get position(): number {
    return this.#position;
  }

  get bytesHashed(): number {
    return this.#stream.bytesHashed;
  }

  /**
   * The bytes from `position` on lie in a slot and will not change until it is free; they may not be written yet.
   * False if they will be read from the file: they come out of order, or the hash is still busy with what was
   * there before. A download does not wait for that, and no slot is held meanwhile.
   */
  offer(position: number, slot: Slot, start: number, end: number): boolean {
    if (position !== this.#position || this.#stream.isReading) return false;
    this.#stream.slot(slot, start, end);
    this.#position += end - start;
    return true;
  }

  /** More bytes are in the file now. */
  wrote(): void {
    const next = this.#written().find(([start, end]) => start <= this.#position && this.#position < end);
    if (next === undefined) return;
    this.#stream.file(this.#fd, this.#position, next[1] - this.#position);
    this.#position = next[1];
  }

  /** Of all that was given. Nothing can be added any more. */
  digest(): Promise<DigestOutcome> {
    return (this.#digest ??= this.#stream.digest());
  }

  close(): Promise<void> {
    return this.#stream.close();
  }
}
