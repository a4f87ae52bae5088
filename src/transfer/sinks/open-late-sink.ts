/**
 * A sink whose place is known only once the first bytes were looked at: a web page in place of a model must not
 * begin a file.
 */
import type { BodySink, SinkVerdict } from "./body-sink.ts";
import { pour } from "./pour.ts";

/** Where the bytes go after all; null: nowhere, and no more are wanted. */
export type OpenSink = (head: Uint8Array) => Promise<BodySink | null>;

export class OpenLateSink implements BodySink {
  readonly #head: Buffer;
  readonly #open: OpenSink;
  #gathered = 0;
  /** Set once the head is on its way to where it belongs. */
  #opening: Promise<"go" | "stop"> | null = null;
  #sink: BodySink | null = null;
  #thrown: { error: unknown } | null = null;

  /** @param headBytes so many first bytes are gathered for `open`; at least 1 */
  constructor(headBytes: number, open: OpenSink) {
    this.#head = Buffer.allocUnsafe(headBytes);
    this.#open = open;
  }

  /** What `open` rejected with. */
  get thrown(): { error: unknown } | null {
    return this.#thrown;
  }

  room(): Uint8Array | null {
    if (this.#sink !== null) return this.#sink.room();
    return this.#opening === null ? this.#head.subarray(this.#gathered) : null;
  }

  filled(bytes: number): SinkVerdict {
    if (this.#sink !== null) return this.#sink.filled(bytes);
    this.#gathered += bytes;
    if (this.#gathered < this.#head.length) return "go";
    this.#opening = this.#begin();
    return "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    if (this.#sink !== null) return this.#sink.ready();
    return this.#opening ?? "go";
  }

  /**
   * The body is over. Resolves when the place is known, or will never be. Call it however the body ended.
   *
   * @param isWhole there is no more than what has come: that is the head then, however short
   */
  async finish(isWhole: boolean): Promise<void> {
    if (isWhole) this.#opening ??= this.#begin();
    await this.#opening;
  }

  async #begin(): Promise<"go" | "stop"> {
    try {
      const head = this.#head.subarray(0, this.#gathered);
      const sink = await this.#open(head);
      if (sink === null || !(await pour(sink, head))) return "stop";
      this.#sink = sink;
      return "go";
    } catch (error) {
      this.#thrown = { error };
      return "stop";
    }
  }
}
