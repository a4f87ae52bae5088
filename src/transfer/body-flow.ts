/** The bytes of one body on their way from a connection to whoever takes them, with backpressure. */
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import type { BodyEnd, BodySource, TakeBytes } from "./http-answer.ts";

/** How often silence is looked for, as a part of the longest silence allowed. */
const LOOKS_PER_STALL = 4;

/** What the flow may do to its connection. */
export interface FlowControl {
  pause(): void;
  resume(): void;
  /** Ends the connection; the rest is not wanted. */
  leave(): void;
  /** Reads the rest away if it is short, so that the connection can be used again; else leaves. */
  skipRest(): void;
}

export class BodyFlow implements BodySource {
  readonly #control: FlowControl;
  readonly #host: string;
  readonly #stallMs: number;
  readonly #ended = Promise.withResolvers<BodyEnd>();
  /** Came and not taken yet. Bounded: the connection is paused while something is in it. */
  readonly #queue: Uint8Array[] = [];
  #take: TakeBytes | null = null;
  #busy = false;
  /** How the message ended; given on when the queue is empty. */
  #end: BodyEnd | null = null;
  /** Since when the server is the one waited for; a slow disk is no stall. */
  #silentSince: number | null = null;

  constructor(control: FlowControl, host: string, stallMs: number) {
    this.#control = control;
    this.#host = host;
    this.#stallMs = stallMs;
  }

  /** The connection brought bytes. They are only lent. */
  push(bytes: Uint8Array): void {
    if (this.#end !== null) return;
    if (this.#take !== null && !this.#busy && this.#queue.length === 0) {
      this.#silentSince = null;
      this.#give(this.#take, bytes);
      if (this.#busy) this.#control.pause();
      else this.#silentSince = performance.now();
      return;
    }
    this.#queue.push(Buffer.from(bytes));
    this.#control.pause();
  }

  /** The message is whole. */
  close(): void {
    this.#finish({ kind: "ended" });
  }

  /** The message broke off. */
  fail(why: Failure): void {
    this.#finish({ kind: "broken", failure: why });
  }

  #finish(end: BodyEnd): void {
    this.#end ??= end;
    this.#drain();
  }

  /** Hands over one piece; `#busy` until it is taken. */
  #give(take: TakeBytes, bytes: Uint8Array): void {
    let wait: Promise<void> | undefined;
    try {
      wait = take(bytes);
    } catch (error) {
      this.#refuse(error);
    }
    if (wait === undefined) return;
    this.#busy = true;
    wait.then(
      () => {
        this.#busy = false;
        this.#drain();
      },
      (error: unknown) => this.#refuse(error),
    );
  }

  /** What `take` fails with is no trouble of the network. */
  #refuse(error: unknown): void {
    this.#take = null;
    this.#queue.length = 0;
    this.#end ??= { kind: "aborted" };
    this.#ended.reject(error);
    this.#control.leave();
  }

  #drain(): void {
    while (this.#take !== null && !this.#busy) {
      const bytes = this.#queue.shift();
      if (bytes === undefined) break;
      this.#give(this.#take, bytes);
    }
    if (this.#take === null || this.#busy || this.#queue.length > 0) return;
    if (this.#end !== null) return this.#ended.resolve(this.#end);
    this.#silentSince = performance.now();
    this.#control.resume();
  }

  async deliver(take: TakeBytes, signal: AbortSignal): Promise<BodyEnd> {
    const stop = (): void => {
      // What has not been taken by now is not wanted.
      this.#queue.length = 0;
      this.#end = { kind: "aborted" };
      this.#control.leave();
      this.#drain();
    };
    const watch = setInterval(() => this.#watchSilence(), this.#stallMs / LOOKS_PER_STALL);
    signal.addEventListener("abort", stop, { once: true });
    try {
      this.#take = take;
      if (signal.aborted) stop();
      else this.#drain();
      return await this.#ended.promise;
    } finally {
      clearInterval(watch);
      signal.removeEventListener("abort", stop);
    }
  }

  #watchSilence(): void {
    if (this.#silentSince === null || performance.now() - this.#silentSince < this.#stallMs) return;
    const seconds = Math.round(this.#stallMs / 1000);
    this.#end ??= {
      kind: "broken",
      failure: failure("stalled", `${this.#host} sent nothing for ${seconds} s.`),
    };
    this.#control.leave();
    this.#drain();
  }

  discard(): void {
    if (this.#take !== null) return;
    this.#take = () => undefined;
    this.#queue.length = 0;
    if (this.#end === null) this.#control.skipRest();
  }
}
