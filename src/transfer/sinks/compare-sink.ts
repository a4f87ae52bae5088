/** A sink that takes bytes only after the first ones were the same as those that are stored already. */
import type { BodySink, SinkVerdict } from "./body-sink.ts";

/** As much as is compared at once. Bytes. */
const MEMORY_BYTES = 64 * 1024;

export class CompareSink implements BodySink {
  readonly #inner: BodySink;
  readonly #memory = Buffer.allocUnsafe(MEMORY_BYTES);
  /** What the next bytes have to be, used up from the front. */
  #stored: Uint8Array;
  #differs = false;

  constructor(stored: Uint8Array, inner: BodySink) {
    this.#stored = stored;
    this.#inner = inner;
  }

  /** Whether other bytes came than are stored. */
  get differs(): boolean {
    return this.#differs;
  }

  /** How many stored bytes were not compared: the body was shorter. */
  get missing(): number {
    return this.#stored.length;
  }

  room(): Uint8Array | null {
    const { length } = this.#stored;
    return length === 0 ? this.#inner.room() : this.#memory.subarray(0, length);
  }

  filled(bytes: number): SinkVerdict {
    if (this.#stored.length === 0) return this.#inner.filled(bytes);
    const expected = this.#stored.subarray(0, bytes);
    this.#differs = Buffer.compare(this.#memory.subarray(0, bytes), expected) !== 0;
    this.#stored = this.#stored.subarray(bytes);
    return this.#differs ? "stop" : "go";
  }

  ready(): Promise<"go" | "stop"> {
    return this.#inner.ready();
  }
}
