/** The hash of a partial file: begun early or late, begun anew, given up. */
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { ByteRange } from "./byte-ranges.ts";
import { prefixEnd } from "./byte-ranges.ts";
import type { Slot } from "../disk/slot-pool.ts";
import { awaitDigest } from "../hash/await-digest.ts";
import { RingPrefixHash } from "../hash/ring-prefix-hash.ts";
import type { Machinery } from "../machinery.ts";

export class PartHash {
  readonly #machinery: Machinery;
  readonly #fd: number;
  readonly #written: () => readonly ByteRange[];
  #hash: RingPrefixHash | null = null;
  /** Hashes that were given up: the worker may still read the file for them. */
  readonly #leaving: Promise<void>[] = [];

  /** @param fd of the file, open until `close` has resolved */
  constructor(machinery: Machinery, fd: number, written: () => readonly ByteRange[]) {
    this.#machinery = machinery;
    this.#fd = fd;
    this.#written = written;
  }

  /** Null while no hash is kept. */
  get current(): Pick<RingPrefixHash, "algorithm" | "bytesHashed"> | null {
    return this.#hash;
  }

  /** Hashes what is written so far and whatever comes, behind the writes. */
  start(algorithm: ChecksumAlgorithm): void {
    this.#giveUp();
    this.#hash = new RingPrefixHash(algorithm, this.#machinery.openHash(algorithm), this.#fd, this.#written);
  }

  /** Answers whether the bytes are hashed from the slot; else they are read from the file, if there is a hash. */
  offer(position: number, slot: Slot, start: number, end: number): boolean {
    return this.#hash !== null && this.#hash.offer(position, slot, start, end);
  }

  wrote(): void {
    this.#hash?.wrote();
  }

  /** A range is not what it was taken for. Hashed bytes cannot be taken back: then all is hashed anew. */
  disowned(): void {
    const hash = this.#hash;
    if (hash !== null && hash.position > prefixEnd(this.#written())) this.start(hash.algorithm);
  }

  /**
   * Lower-case hexadecimal of all that is written; null if the signal aborted. Rejects where the file cannot be
   * read, or the worker is gone.
   */
  async digest(signal: AbortSignal): Promise<string | null> {
    return this.#hash === null ? null : awaitDigest(this.#hash, "The partial file", signal);
  }

  /** Resolves when the file is not read any more. */
  async close(): Promise<void> {
    this.#giveUp();
    await Promise.all(this.#leaving);
  }

  #giveUp(): void {
    if (this.#hash !== null) this.#leaving.push(this.#hash.close());
    this.#hash = null;
  }
}
