/** Question and answer over a transport before HTTP begins on it: what SOCKS needs. */
import type { Receiver, Transport } from "./transport.ts";

/** Far more than any greeting has; a proxy that sends more is none. */
const MOST_BYTES = 1024;

export class Dialogue implements Receiver {
  readonly #transport: Transport;
  readonly #memory = Buffer.alloc(MOST_BYTES);
  #filled = 0;
  #used = 0;
  #error: Error | null = null;
  /** Called whenever there may be more to read. */
  #wake: () => void = () => {};

  constructor(transport: Transport) {
    this.#transport = transport;
    transport.receiver = this;
  }

  write(bytes: Uint8Array): void {
    this.#transport.write(bytes);
  }

  /** The next bytes, exactly so many. Rejects when the connection ends before. */
  async read(bytes: number): Promise<Buffer> {
    while (this.#filled - this.#used < bytes) {
      if (this.#error !== null) throw this.#error;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    this.#used += bytes;
    return Buffer.from(this.#memory.subarray(this.#used - bytes, this.#used));
  }

  /** Whether bytes came that nobody has asked for. */
  get hasMore(): boolean {
    return this.#filled > this.#used;
  }

  room(): Uint8Array {
    // One byte is kept free: the room must not be empty, and so much is refused anyway.
    return this.#memory.subarray(Math.min(this.#filled, MOST_BYTES - 1));
  }

  filled(bytes: number): boolean {
    this.#filled = Math.min(MOST_BYTES, this.#filled + bytes);
    if (this.#filled === MOST_BYTES) this.#error ??= new Error("the proxy does not stop talking");
    this.#wake();
    return true;
  }

  ended(): void {
    this.failed(new Error("the proxy closed the connection"));
  }

  failed(error: Error): void {
    this.#error ??= error;
    this.#wake();
  }
}
