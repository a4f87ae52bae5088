/** Bandwidth limits wrap whatever sink the bytes go to. */
import type { BodySink, SinkVerdict } from "./body-sink.ts";

/** Takes bytes out of a budget; resolves when it is no longer overdrawn. Never rejects. */
export type Spend = (bytes: number) => Promise<void>;

/** Longest read under a limit: a large one would overdraw the budget for long, and then nothing comes. Bytes. */
const MOST_AT_ONCE_BYTES = 64 * 1024;

export class LimitSink implements BodySink {
  readonly #inner: BodySink;
  readonly #spend: Spend;
  #spent: Promise<void> = Promise.resolve();
  #verdict: SinkVerdict = "go";

  constructor(inner: BodySink, spend: Spend) {
    this.#inner = inner;
    this.#spend = spend;
  }

  room(): Uint8Array | null {
    return this.#inner.room()?.subarray(0, MOST_AT_ONCE_BYTES) ?? null;
  }

  filled(bytes: number): SinkVerdict {
    this.#verdict = this.#inner.filled(bytes);
    if (this.#verdict === "stop") return "stop";
    this.#spent = this.#spend(bytes);
    return "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    await this.#spent;
    return this.#verdict === "wait" || this.#inner.room() === null ? this.#inner.ready() : "go";
  }
}
