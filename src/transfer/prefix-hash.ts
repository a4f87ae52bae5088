/**
 * Hash of the bytes from the beginning up to the first hole.
 *
 * Bytes that are written just where it stands are hashed from memory; what it missed (a resumed prefix, bytes
 * out of order) is read from the file, behind the writes.
 */
import type { FileHandle } from "node:fs/promises";
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import type { ChecksumAlgorithm } from "../job/job.ts";
import { FileRefused } from "./classify-disk-error.ts";
import type { Hasher } from "./hasher.ts";
import { createHasher } from "./hasher.ts";

/** Long enough for the disk, short enough (about half a millisecond of hashing) not to hold the loop. */
const READ_BYTES = 1024 * 1024;

export class PrefixHash {
  readonly algorithm: ChecksumAlgorithm;
  readonly #hasher: Hasher;
  readonly #file: FileHandle;
  readonly #buffer = Buffer.allocUnsafeSlow(READ_BYTES);
  #position = 0;
  #reading = false;
  #chase: Promise<void> | null = null;
  #digest: string | null = null;

  constructor(algorithm: ChecksumAlgorithm, file: FileHandle) {
    this.algorithm = algorithm;
    this.#hasher = createHasher(algorithm);
    this.#file = file;
  }

  /** Bytes hashed so far. */
  get position(): number {
    return this.#position;
  }

  /** Bytes were written at `offset`. They are only looked at during the call. */
  offer(offset: number, bytes: Uint8Array): void {
    if (this.#reading || offset !== this.#position) return;
    this.#hasher.update(bytes);
    this.#position += bytes.length;
  }

  /**
   * Reads and hashes up to `end()`, which may grow meanwhile. One chase at a time; a second call joins it.
   * Rejects with errors of the file system.
   */
  chase(end: () => number, signal: AbortSignal): Promise<void> {
    this.#chase ??= this.#run(end, signal).finally(() => {
      this.#chase = null;
    });
    return this.#chase;
  }

  async #run(end: () => number, signal: AbortSignal): Promise<void> {
    this.#reading = true;
    try {
      while (this.#position < end() && !signal.aborted) {
        const length = Math.min(READ_BYTES, end() - this.#position);
        const { bytesRead } = await this.#file.read(this.#buffer, 0, length, this.#position);
        if (bytesRead === 0) throw new FileRefused(cutByOthers(this.#position, end()));
        this.#hasher.update(this.#buffer.subarray(0, bytesRead));
        this.#position += bytesRead;
      }
    } finally {
      // In the same turn as the last look at `end()`: not one write goes by unseen.
      this.#reading = false;
    }
  }

  /** Lower-case hexadecimal. Nothing can be added after it. */
  digest(): string {
    this.#digest ??= this.#hasher.digest();
    return this.#digest;
  }
}

function cutByOthers(at: number, end: number): Failure {
  return failure(
    "disk_failed",
    `The partial file ends at ${at}, ${end} bytes were written: another program cut it.`,
    {
      retryable: true,
      advice: "Keep other programs away from the partial file; it is fetched again.",
    },
  );
}
