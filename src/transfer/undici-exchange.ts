/**
 * One request and its answer on undici's lowest level. Its streams throw away what they hold when a connection
 * breaks; here every byte that came is given on before the break is.
 */
import type { Dispatcher } from "undici";
import { failure } from "../job/failure.ts";
import { classifyNetworkError } from "./classify-network-error.ts";
import type { AnswerHeaders, BodyEnd, BodySource, SendOutcome, TakeBytes } from "./http-answer.ts";

/** How often silence is looked for, as a part of the longest silence allowed. */
const LOOKS_PER_STALL = 4;
/** The rest of a body that is not wanted is read if it is this short: the connection can be used again then. */
const WORTH_READING_BYTES = 16 * 1024;

interface ExchangeOptions {
  /** Whom errors are about. */
  host: string;
  stallMs: number;
  signal: AbortSignal;
}

/** Why we end a request ourselves; never shown. */
class Left extends Error {}

export class UndiciExchange implements Dispatcher.DispatchHandler, BodySource {
  readonly #options: ExchangeOptions;
  readonly #answered = Promise.withResolvers<SendOutcome>();
  readonly #ended = Promise.withResolvers<BodyEnd>();
  #controller: Dispatcher.DispatchController | null = null;
  /** Came and not taken yet. Bounded: undici stops reading the socket while it is paused. */
  readonly #queue: Uint8Array[] = [];
  #take: TakeBytes | null = null;
  #busy = false;
  /** How the message ended; given on when the queue is empty. */
  #end: BodyEnd | null = null;
  #silentSince: number | null = null;

  constructor(options: ExchangeOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", this.#leave, { once: true });
  }

  get answered(): Promise<SendOutcome> {
    return this.#answered.promise;
  }

  readonly #leave = (): void => {
    this.#controller?.abort(new Left("not wanted any more"));
  };

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#options.signal.aborted) this.#leave();
  }

  onRequestUpgrade(_: unknown, __: unknown, ___: unknown, socket: { destroy(): unknown }): void {
    socket.destroy();
    this.#fail(new Error("the server switched to another protocol"));
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: AnswerHeaders): void {
    if (status < 200) return; // RFC 9110 §15.2: interim, the real one follows
    controller.pause();
    this.#answered.resolve({ kind: "answer", answer: { status, headers, body: this } });
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    // A parser that was paused says "no bytes" when it is resumed: to pause it for them would never end.
    if (chunk.length === 0) return;
    this.#silentSince = null;
    if (this.#take === null || this.#busy || this.#queue.length > 0) {
      this.#queue.push(chunk);
      controller.pause();
      return;
    }
    this.#give(this.#take, chunk);
    if (this.#busy) controller.pause();
    else this.#silentSince = performance.now();
  }

  onResponseEnd(): void {
    this.#end ??= { kind: "ended" };
    this.#drain();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: Error): void {
    if (this.#options.signal.aborted || error instanceof Left) {
      this.#answered.resolve({ kind: "aborted" });
      this.#end ??= { kind: "aborted" };
    } else {
      const why = classifyNetworkError(error, this.#options.host);
      this.#answered.resolve({ kind: "failed", failure: why });
      this.#end ??= { kind: "broken", failure: why };
    }
    this.#drain();
  }

  /** Hands over one chunk; `#busy` until it is taken. */
  #give(take: TakeBytes, chunk: Uint8Array): void {
    try {
      const wait = take(chunk);
      if (wait === undefined) return;
      this.#busy = true;
      wait.then(
        () => {
          this.#busy = false;
          this.#drain();
        },
        (error: unknown) => this.#refuse(error),
      );
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** What `take` throws is no trouble of the network. */
  #refuse(error: unknown): void {
    this.#take = null;
    this.#queue.length = 0;
    this.#ended.reject(error);
    this.#leave();
  }

  #drain(): void {
    while (this.#take !== null && !this.#busy) {
      const chunk = this.#queue.shift();
      if (chunk === undefined) break;
      this.#give(this.#take, chunk);
    }
    if (this.#take === null || this.#busy || this.#queue.length > 0) return;
    if (this.#end !== null) return this.#ended.resolve(this.#end);
    this.#silentSince = performance.now();
    this.#controller?.resume();
  }

  async deliver(take: TakeBytes, signal: AbortSignal): Promise<BodyEnd> {
    const { stallMs } = this.#options;
    const stop = (): void => {
      // What has not been taken by now is not wanted.
      this.#queue.length = 0;
      this.#end = { kind: "aborted" };
      this.#leave();
      this.#drain();
    };
    const watch = setInterval(() => {
      if (this.#silentSince === null || performance.now() - this.#silentSince < stallMs) return;
      this.#end ??= silence(this.#options);
      this.#leave();
      this.#drain();
    }, stallMs / LOOKS_PER_STALL);
    signal.addEventListener("abort", stop, { once: true });
    try {
      this.#take = take;
      if (signal.aborted) stop();
      else this.#drain();
      return await this.#ended.promise;
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", stop);
      this.#options.signal.removeEventListener("abort", this.#leave);
      this.#take = null;
    }
  }

  discard(): void {
    if (this.#take !== null) return;
    let read = 0;
    this.#take = (bytes) => {
      read += bytes.length;
      if (read > WORTH_READING_BYTES) this.#leave();
      return undefined;
    };
    this.#options.signal.removeEventListener("abort", this.#leave);
    this.#drain();
  }
}

function silence({ host, stallMs }: ExchangeOptions): BodyEnd {
  const seconds = Math.round(stallMs / 1000);
  return { kind: "broken", failure: failure("stalled", `${host} sent nothing for ${seconds} s.`) };
}
