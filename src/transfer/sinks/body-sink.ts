/** Where the bytes of a body go: straight from the socket into memory that the sink hands out. */

export type SinkVerdict =
  /** More may come. */
  | "go"
  /** Nothing more until `ready` resolves; what is on its way already still finds room. */
  | "wait"
  /** Nothing more at all: the body is of no use any longer. */
  | "stop";

export interface BodySink {
  /**
   * Memory for the next bytes, at least one byte of it, as much as there is in one piece; null when there is
   * none before `ready` resolves. The same memory may be asked for again until it is filled.
   */
  room(): Uint8Array | null;
  /** The first `bytes` of what `room` gave last hold the next bytes of the body. Never throws. */
  filled(bytes: number): SinkVerdict;
  /** Resolves when more may come, or with the news that nothing may; after `wait` or no room. Never rejects. */
  ready(): Promise<"go" | "stop">;
}
