/** Small pieces of a body become large writes. One per connection. */
import type { PartFile } from "./part-file.ts";

/** Large enough for the disk, small enough that many connections stay within memory. */
const BUFFER_BYTES = 1024 * 1024;

/** Two buffers: one takes in what comes while the other is being written. */
export class GatheredWriter {
  readonly #file: PartFile;
  readonly #now: () => number;
  readonly #everyMs: number;
  #filling = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #spare = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  #filled = 0;
  /** Where the first byte of the buffer that is being filled goes. */
  #offset: number;
  #writtenAt: number;
  /** The write under way; its error is met by whoever waits for it next. */
  #writing: Promise<void> | null = null;

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

  /** Copies the bytes; a promise means that the disk has to be waited for. */
  take(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length > BUFFER_BYTES - this.#filled) return this.#takeInPieces(bytes);
    this.#filling.set(bytes, this.#filled);
    this.#filled += bytes.length;
    const full = this.#filled === BUFFER_BYTES;
    return full || this.#now() - this.#writtenAt >= this.#everyMs ? this.#turnOver() : undefined;
  }

  async #takeInPieces(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const length = Math.min(BUFFER_BYTES - this.#filled, bytes.length - at);
      this.#filling.set(bytes.subarray(at, at + length), this.#filled);
      this.#filled += length;
      at += length;
      if (this.#filled === BUFFER_BYTES) await this.#turnOver();
    }
  }

  /** Begins to write what is gathered; waits only for the write before it. */
  #turnOver(): Promise<void> | undefined {
    if (this.#writing !== null) return this.#afterWrite();
    this.#beginWrite();
    return undefined;
  }

  async #afterWrite(): Promise<void> {
    await this.#writing;
    this.#beginWrite();
  }

  #beginWrite(): void {
    const bytes = this.#filling.subarray(0, this.#filled);
    const writing = this.#file.write(this.#offset, bytes).then(() => {
      this.#writing = null;
    });
    // It is met by the next wait; until then it must not count as one that nobody handles.
    writing.catch(() => {});
    this.#writing = writing;
    this.#writtenAt = this.#now();
    this.#offset += bytes.length;
    this.#filled = 0;
    [this.#filling, this.#spare] = [this.#spare, this.#filling];
  }

  /** Writes everything that was taken in. */
  async finish(): Promise<void> {
    await this.#writing;
    if (this.#filled === 0) return;
    this.#beginWrite();
    await this.#writing;
  }
}
