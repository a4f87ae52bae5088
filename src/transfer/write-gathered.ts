/** Small pieces of a body become large writes. One per connection. */
import type { PartFile } from "./part-file.ts";

/** Large enough for the disk, small enough that many connections stay within memory. */
const BUFFER_BYTES = 1024 * 1024;

export class GatheredWriter {
  readonly #file: PartFile;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  readonly #now: () => number;
  readonly #everyMs: number;
  #offset: number;
  #filled = 0;
  #writtenAt: number;

  /**
   * @param everyMs a buffer does not wait longer than this to be full
   */
  constructor(file: PartFile, offset: number, now: () => number, everyMs: number) {
    this.#file = file;
    this.#offset = offset;
    this.#now = now;
    this.#everyMs = everyMs;
    this.#writtenAt = now();
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#offset + this.#filled;
  }

  /** Bytes taken in and not written yet. */
  get waiting(): number {
    return this.#filled;
  }

  /** Copies the bytes; a promise means that the disk has to be waited for. */
  take(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length > BUFFER_BYTES - this.#filled) return this.#takeInPieces(bytes);
    this.#buffer.set(bytes, this.#filled);
    this.#filled += bytes.length;
    const full = this.#filled === BUFFER_BYTES;
    return full || this.#now() - this.#writtenAt >= this.#everyMs ? this.finish() : undefined;
  }

  async #takeInPieces(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(BUFFER_BYTES - this.#filled, bytes.length - at);
      this.#buffer.set(bytes.subarray(at, at + length), this.#filled);
      this.#filled += length;
      at += length;
      if (this.#filled === BUFFER_BYTES) await this.finish();
    }
  }

  /** Writes what is gathered. */
  async finish(): Promise<void> {
    this.#writtenAt = this.#now();
    if (this.#filled === 0) return;
    const bytes = this.#buffer.subarray(0, this.#filled);
    await this.#file.write(this.#offset, bytes);
    this.#offset += bytes.length;
    this.#filled = 0;
  }
}
