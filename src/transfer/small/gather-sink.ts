/**
 * Takes a small body into memory. One that takes long moves on to another sink in the middle; what is in memory by
 * then goes there first.
 */
import type { BodySink, SinkVerdict } from "../sinks/body-sink.ts";
import type { Gathered } from "./gathered.ts";

export class GatherSink implements BodySink {
  readonly #gathered: Gathered;
  readonly #took: (came: number) => void;
  #came = 0;
  #stop: (() => void) | null = null;
  #stopped = false;
  /** Settled when it is known where the rest goes. */
  readonly #rest = Promise.withResolvers<void>();
  #next: BodySink | null = null;
  #unwanted = false;

  /** @param took told after every read how much is in memory */
  constructor(gathered: Gathered, took: (came: number) => void) {
    this.#gathered = gathered;
    this.#took = took;
  }

  /** Bytes in memory. */
  get came(): number {
    return this.#came;
  }

  /** No more is taken into memory: the rest goes elsewhere, if anywhere. */
  get isStopped(): boolean {
    return this.#stopped;
  }

  /** With the next bytes that are not the last `stopped` is called, and no more are taken before `moveTo`. */
  stopSoon(stopped: () => void): void {
    this.#stop = stopped;
  }

  /** The rest goes there. */
  moveTo(sink: BodySink): void {
    this.#next = sink;
    this.#rest.resolve();
  }

  /** Nobody wants the rest, wherever it went so far. */
  giveUp(): void {
    this.#unwanted = true;
    this.#rest.resolve();
  }

  room(): Uint8Array | null {
    if (this.#next !== null) return this.#next.room();
    return this.#stopped ? null : this.#gathered.roomAt(this.#came);
  }

  filled(bytes: number): SinkVerdict {
    if (this.#unwanted) return "stop";
    if (this.#next !== null) return this.#next.filled(bytes);
    this.#came += bytes;
    this.#took(this.#came);
    if (this.#stop === null || this.#came === this.#gathered.bytes) return "go";
    this.#stopped = true;
    this.#stop();
    return "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    await this.#rest.promise;
    return this.#unwanted || this.#next === null ? "stop" : this.#next.ready();
  }
}
