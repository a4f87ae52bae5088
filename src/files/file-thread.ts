/** The worker as the index uses it: started when it is needed, ended when it is not. One question at a time. */
import { Worker } from "node:worker_threads";
import { CONTROL, GO, PAUSE, STOP } from "./worker-messages.ts";
import type { HashAnswer, WorkerAnswer, WorkerAnswers, WorkerRequest } from "./worker-messages.ts";

/** Idle this long, it is ended: it takes some megabytes. */
const IDLE_MS = 20_000;

/** Names of a folder of 100,000 files, and little else. Megabytes. */
const WORKER_HEAP = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 8 };

export class FileThread {
  readonly #control = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT);
  readonly #signals = new Int32Array(this.#control);
  #worker: Worker | null = null;
  #turn: Promise<unknown> = Promise.resolve();
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;

  /** Rejects if the worker is lost, or closed. */
  ask<Kind extends Exclude<WorkerRequest["kind"], "hash">>(
    request: Extract<WorkerRequest, { kind: Kind }>,
  ): Promise<WorkerAnswers[Kind]> {
    return this.#inTurn(() => this.#ask(request)) as Promise<WorkerAnswers[Kind]>;
  }

  /** The signal gives it up, and nobody else's. */
  hash(request: Extract<WorkerRequest, { kind: "hash" }>, signal: AbortSignal): Promise<HashAnswer> {
    return this.#inTurn(async () => {
      if (signal.aborted) return { kind: "stopped" };
      const stop = (): void => this.#say(STOP);
      const answer = this.#ask(request);
      signal.addEventListener("abort", stop, { once: true });
      try {
        return (await answer) as HashAnswer;
      } finally {
        signal.removeEventListener("abort", stop);
      }
    });
  }

  /** Of a hash that is being taken, and of those after it. */
  pause(isPaused: boolean): void {
    if (Atomics.load(this.#signals, CONTROL) !== STOP) this.#say(isPaused ? PAUSE : GO);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#say(STOP);
    await this.#turn;
    await this.#end();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  #say(word: number): void {
    Atomics.store(this.#signals, CONTROL, word);
    Atomics.notify(this.#signals, CONTROL);
  }

  async #ask(request: WorkerRequest): Promise<WorkerAnswer> {
    if (this.#isClosed) throw new Error("the worker of the index of files is closed");
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#worker ??= this.#start();
    const worker = this.#worker;
    if (Atomics.load(this.#signals, CONTROL) === STOP) this.#say(GO);
    const { promise, resolve, reject } = Promise.withResolvers<WorkerAnswer>();
    const lost = (error: unknown): void => {
      this.#worker = null;
      reject(
        error instanceof Error
          ? error
          : new Error(`the worker of the index of files ended (${String(error)})`),
      );
    };
    worker.ref();
    worker.once("message", resolve);
    worker.once("error", lost);
    worker.once("exit", lost);
    try {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker has no origin
      worker.postMessage(request);
      return await promise;
    } finally {
      worker.off("message", resolve);
      worker.off("error", lost);
      worker.off("exit", lost);
      // It must not keep a program alive that is done.
      worker.unref();
      this.#idle = setTimeout(() => void this.#end(), IDLE_MS);
      this.#idle.unref();
    }
  }

  #start(): Worker {
    const worker = new Worker(new URL("file-worker.ts", import.meta.url), {
      workerData: { control: this.#control },
      resourceLimits: WORKER_HEAP,
    });
    // Also one that is lost while nobody asks must not end the program.
    worker.on("error", () => {
      if (this.#worker === worker) this.#worker = null;
    });
    return worker;
  }

  async #end(): Promise<void> {
    if (this.#idle !== null) clearTimeout(this.#idle);
    const worker = this.#worker;
    this.#worker = null;
    await worker?.terminate();
  }
}
