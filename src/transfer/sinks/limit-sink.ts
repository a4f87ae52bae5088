/** Bandwidth limits wrap whatever sink the bytes go to. */
import type { BodySink, SinkVerdict } from "./body-sink.ts";

/** Bytes one may take in. */
export interface Allowance {
  /** Most to take in at once, at least 1; Infinity for no limit. More would overdraw it for long. */
  pieceBytes(): number;
  /** Takes bytes that came out of it. A promise means: no more before it resolves. It never rejects. */
  spend(bytes: number): Promise<void> | undefined;
}

export class LimitSink implements BodySink {
  readonly #inner: BodySink;
  readonly #allowance: Allowance;
  #paid: Promise<void> | undefined;
  #verdict: SinkVerdict = "go";

  constructor(inner: BodySink, allowance: Allowance) {
    this.#inner = inner;
    this.#allowance = allowance;
  }

  room(): Uint8Array | null {
    return this.#inner.room()?.subarray(0, this.#allowance.pieceBytes()) ?? null;
  }

  filled(bytes: number): SinkVerdict {
    this.#verdict = this.#inner.filled(bytes);
    if (this.#verdict === "stop") return "stop";
    this.#paid = this.#allowance.spend(bytes);
    return this.#paid === undefined ? this.#verdict : "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    await this.#paid;
    return this.#verdict === "wait" || this.#inner.room() === null ? this.#inner.ready() : "go";
  }
}
