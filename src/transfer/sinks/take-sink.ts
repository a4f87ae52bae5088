/** A sink that lends what came to a function: for whoever wants to look at the bytes before they go anywhere. */
import type { BodyEnd, TakeBytes } from "../ask/http-answer.ts";
import type { BodySink, SinkVerdict } from "./body-sink.ts";

/** As much as one read of a quick connection brings. */
const MEMORY_BYTES = 256 * 1024;

/** Gives a body to a function by way of such a sink. Rejects with what the function throws or rejects with. */
export async function deliverBy(
  receive: (sink: BodySink) => Promise<BodyEnd | { kind: "refused" }>,
  take: TakeBytes,
): Promise<BodyEnd> {
  const sink = new TakeSink(take);
  const end = await receive(sink);
  // However it ended: bytes that are lent are not taken back.
  await sink.ready();
  if (sink.thrown !== null) throw sink.thrown.error;
  return end.kind === "refused" ? { kind: "aborted" } : end;
}

export class TakeSink implements BodySink {
  readonly #take: TakeBytes;
  readonly #memory = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  #wait: Promise<void> | null = null;
  #thrown: { error: unknown } | null = null;

  constructor(take: TakeBytes) {
    this.#take = take;
  }

  /** What the function threw or rejected with. */
  get thrown(): { error: unknown } | null {
    return this.#thrown;
  }

  room(): Uint8Array | null {
    return this.#wait === null ? this.#memory : null;
  }

  filled(bytes: number): SinkVerdict {
    try {
      const wait = this.#take(this.#memory.subarray(0, bytes));
      if (wait === undefined) return "go";
      this.#wait = wait.then(this.#passed, this.#failed);
      return "wait";
    } catch (error) {
      this.#thrown = { error };
      return "stop";
    }
  }

  async ready(): Promise<"go" | "stop"> {
    await this.#wait;
    return this.#thrown === null ? "go" : "stop";
  }

  readonly #passed = (): void => {
    this.#wait = null;
  };

  readonly #failed = (error: unknown): void => {
    this.#thrown = { error };
    this.#wait = null;
  };
}
