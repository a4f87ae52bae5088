/** A body of which a part is in memory already, as if it came from its first byte on. */
import type { BodyEnd, BodySource, TakeBytes } from "../ask/http-answer.ts";
import type { BodySink } from "../sinks/body-sink.ts";
import { pour } from "../sinks/pour.ts";
import { deliverBy } from "../sinks/take-sink.ts";
import type { GatherSink } from "./gather-sink.ts";

export type ReceiveEnd = BodyEnd | { kind: "refused" };

export class MovedBody implements BodySource {
  readonly #bytes: Uint8Array;
  readonly #sink: GatherSink;
  readonly #end: Promise<ReceiveEnd>;

  /**
   * @param bytes what has come
   * @param sink where the rest comes in
   * @param end how all of it ends
   */
  constructor(bytes: Uint8Array, sink: GatherSink, end: Promise<ReceiveEnd>) {
    this.#bytes = bytes;
    this.#sink = sink;
    this.#end = end;
  }

  async receive(sink: BodySink, signal: AbortSignal): Promise<ReceiveEnd> {
    if (!(await pour(sink, this.#bytes))) {
      this.discard();
      return signal.aborted ? { kind: "aborted" } : { kind: "refused" };
    }
    const aborted = Promise.withResolvers<ReceiveEnd>();
    const stop = (): void => {
      this.discard();
      aborted.resolve({ kind: "aborted" });
    };
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
    else this.#sink.moveTo(sink);
    try {
      return await Promise.race([this.#end, aborted.promise]);
    } finally {
      signal.removeEventListener("abort", stop);
    }
  }

  deliver(take: TakeBytes, signal: AbortSignal): Promise<BodyEnd> {
    return deliverBy((sink) => this.receive(sink, signal), take);
  }

  discard(): void {
    this.#sink.giveUp();
  }
}
