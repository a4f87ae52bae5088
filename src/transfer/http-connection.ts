/** One socket that carries exchanges, one after the other. */
import type { Socket } from "node:net";
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import { BodyFlow } from "./body-flow.ts";
import { classifyNetworkError } from "./classify-network-error.ts";
import type { SendOutcome } from "./http-answer.ts";
import type { ResponseHead } from "./parse-head.ts";
import { ResponseReader } from "./read-response.ts";

/** The rest of a body that is not wanted is read if it is this short: the connection can be used again then. */
const WORTH_READING_BYTES = 16 * 1024;

export interface ExchangeOptions {
  /** Whom errors are about. */
  host: string;
  headersTimeoutMs: number;
  stallMs: number;
  signal: AbortSignal;
}

export class HttpConnection {
  readonly #socket: Socket;
  /** Called whenever the connection is free for another exchange. */
  readonly #onFree: (connection: HttpConnection) => void;
  #exchange: Exchange | null = null;

  constructor(socket: Socket, onFree: (connection: HttpConnection) => void) {
    this.#socket = socket;
    this.#onFree = onFree;
    socket.on("data", (bytes: Uint8Array) => this.#onData(bytes));
    socket.on("end", () => this.#onEnd());
    socket.on("error", (error) => this.#exchange?.break(error));
    socket.on("close", () => this.#exchange?.break(new Error("closed")));
    socket.resume();
  }

  get usable(): boolean {
    return this.#exchange === null && !this.#socket.destroyed && this.#socket.writable;
  }

  /** Nobody waits for anything of it: it must not keep the process alive. */
  rest(): void {
    this.#socket.unref();
  }

  close(): void {
    this.#socket.destroy();
  }

  #onData(bytes: Uint8Array): void {
    // A server that speaks unasked says nothing we could use.
    if (this.#exchange === null) return this.close();
    this.#exchange.feed(bytes);
  }

  #onEnd(): void {
    if (this.#exchange === null) this.close();
    else this.#exchange.finish();
  }

  /** @param head the request, to its empty line */
  send(head: string, options: ExchangeOptions): Promise<SendOutcome> {
    this.#socket.ref();
    const exchange = new Exchange(this.#socket, options, (keepAlive) => {
      this.#exchange = null;
      if (!keepAlive || !this.usable) return this.close();
      // Whoever took the last body may have paused it; an idle connection has to notice when it is closed.
      this.#socket.resume();
      this.#onFree(this);
    });
    this.#exchange = exchange;
    this.#socket.write(head, "latin1");
    return exchange.answered;
  }
}

/** A request under way and its answer. */
class Exchange {
  readonly #socket: Socket;
  readonly #options: ExchangeOptions;
  readonly #onDone: (keepAlive: boolean) => void;
  readonly #answered = Promise.withResolvers<SendOutcome>();
  readonly #reader: ResponseReader;
  readonly #late: NodeJS.Timeout;
  #flow: BodyFlow | null = null;
  #head: ResponseHead | null = null;
  #over = false;
  /** Any byte of the answer came. */
  #heard = false;

  constructor(socket: Socket, options: ExchangeOptions, onDone: (keepAlive: boolean) => void) {
    this.#socket = socket;
    this.#options = options;
    this.#onDone = onDone;
    this.#reader = new ResponseReader({
      head: (head) => this.#onHead(head),
      data: (bytes) => this.#flow?.push(bytes),
      end: () => this.#end(),
    });
    this.#late = setTimeout(() => {
      this.#break(failure("timed_out", `${options.host} took the request but did not answer in time.`));
    }, options.headersTimeoutMs);
    options.signal.addEventListener("abort", this.#stop, { once: true });
  }

  get answered(): Promise<SendOutcome> {
    return this.#answered.promise;
  }

  readonly #stop = (): void => {
    this.#answered.resolve({ kind: "aborted" });
    // Whoever takes the body has its own signal and knows; here only the connection ends.
    this.#leave();
  };

  feed(bytes: Uint8Array): void {
    this.#heard = true;
    const fault = this.#reader.feed(bytes);
    if (fault === null) return;
    // The connection may be waiting for its next exchange by now; one that says too much is of no use for it.
    if (this.#over) this.#socket.destroy();
    else this.#break(failure("bad_response", `The answer of ${this.#options.host} ${fault}.`));
  }

  /** The server closed its side. */
  finish(): void {
    if (this.#reader.finish()) return;
    const { host } = this.#options;
    this.#break(
      this.#head === null
        ? failure("connection_lost", `${host} closed the connection without an answer.`)
        : failure("truncated", `${host} closed the connection before the answer was complete.`),
    );
  }

  /** The connection broke. */
  break(error: unknown): void {
    this.#break(classifyNetworkError(error, this.#options.host));
  }

  #break(why: Failure): void {
    if (this.#over) return;
    this.#settle(false);
    this.#answered.resolve({ kind: "failed", failure: why, heard: this.#heard });
    this.#flow?.fail(why);
    this.#socket.destroy();
  }

  #onHead(head: ResponseHead): void {
    clearTimeout(this.#late);
    this.#head = head;
    const flow = new BodyFlow(
      {
        pause: () => void this.#socket.pause(),
        resume: () => void this.#socket.resume(),
        leave: () => this.#leave(),
        skipRest: () => this.#skipRest(),
      },
      this.#options.host,
      this.#options.stallMs,
    );
    this.#flow = flow;
    const { status, headers, framing } = head;
    const length = framing.kind === "length" ? framing.bytes : null;
    const endsWithConnection = framing.kind === "close";
    this.#answered.resolve({
      kind: "answer",
      answer: { status, headers, length, endsWithConnection, body: flow },
    });
  }

  #end(): void {
    if (this.#over) return;
    this.#settle(this.#head?.keepAlive === true);
    this.#flow?.close();
  }

  #skipRest(): void {
    const framing = this.#head?.framing;
    if (framing?.kind === "length" && framing.bytes <= WORTH_READING_BYTES) this.#socket.resume();
    else this.#leave();
  }

  #leave(): void {
    if (this.#over) return;
    this.#settle(false);
    this.#socket.destroy();
  }

  #settle(keepAlive: boolean): void {
    this.#over = true;
    clearTimeout(this.#late);
    this.#options.signal.removeEventListener("abort", this.#stop);
    this.#onDone(keepAlive);
  }
}
