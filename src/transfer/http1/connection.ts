/** One HTTP/1.1 connection: one request at a time, the body straight into the memory of its receiver. */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Clock } from "../../job/clock.ts";
import type { BodySink, SinkVerdict } from "../sinks/body-sink.ts";
import type { HeadEnd, State } from "./connection-state.ts";
import { after, afterSilence, firstOf, onAbort } from "./deadline.ts";
import type { BodyOutcome, ConnectionLimits, HeadOutcome } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import type { RequestMethod } from "./frame-body.ts";
import { Inlet } from "./inlet.ts";
import { fault } from "./protocol-fault.ts";
import { ResponseReader } from "./response-reader.ts";
import type { ReadStep } from "./response-reader.ts";
import type { Receiver, Transport } from "./transport.ts";
import type { Trouble } from "./trouble.ts";

/** Runs of a chunked body that are worth a read of their own; shorter ones are copied together. */
const DIRECT_RUN_BYTES = 16 * 1024;

const CLOSED: Trouble = { kind: "error", error: new Error("the connection is closed") };

export class Connection implements Receiver {
  readonly #transport: Transport;
  readonly #clock: Clock;
  readonly #limits: ConnectionLimits;
  readonly #inlet = new Inlet();
  #state: State = { kind: "idle" };
  /** Whose memory was handed out last. */
  #target: "inlet" | "sink" = "inlet";
  /** Bytes at the inlet's start that are read as body and have no room yet. */
  #carry = 0;
  /** The sink asked to wait. */
  #waiting = false;
  /** Reading from the socket was stopped. */
  #paused = false;
  /** Why nothing more comes from the socket. What is in the inlet by then comes first. */
  #over: { kind: "ended" } | { kind: "broken"; trouble: Trouble } | null = null;
  #movedAt = 0;
  /** A byte came since the last request. */
  #heard = false;
  /** Called when the connection is closed, by whomever. */
  onClosed: () => void = () => {};

  constructor(transport: Transport, clock: Clock, limits: ConnectionLimits) {
    this.#transport = transport;
    this.#clock = clock;
    this.#limits = limits;
    transport.receiver = this;
  }

  get isIdle(): boolean {
    return this.#state.kind === "idle";
  }

  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Sends a request without a body and waits for the head of its answer. Never rejects. */
  async exchange(request: Uint8Array, method: RequestMethod, signal: AbortSignal): Promise<HeadOutcome> {
    if (signal.aborted) return this.#giveUp({ kind: "aborted" });
    if (this.#state.kind !== "idle") return { kind: "trouble", trouble: this.#why, heard: false };
    this.#heard = false;
    const { headTimeoutMs: ms } = this.#limits;
    const end = await firstOf<HeadEnd>((settle) => {
      const late: Trouble = { kind: "timeout", phase: "head", ms };
      const watches = [
        onAbort(signal, () => settle(this.#giveUp({ kind: "aborted" }))),
        after(this.#clock, ms, () => settle(this.#giveUp({ kind: "trouble", trouble: late }))),
      ];
      this.#state = { kind: "head", reader: new ResponseReader(method), settle };
      this.#transport.write(request);
      return watches;
    });
    return end.kind === "trouble" ? { ...end, heard: this.#heard } : end;
  }

  /**
   * Gives the body of the answer to the sink. Once per answer, also where there is no body. Never rejects.
   * Afterwards the connection is idle if it may be used again, else closed, and the sink's memory is its own again.
   */
  async receive(sink: BodySink, signal: AbortSignal): Promise<BodyOutcome> {
    if (signal.aborted) return this.#giveUp({ kind: "aborted" });
    const state = this.#state;
    if (state.kind !== "between") return { kind: "trouble", trouble: this.#why };
    const outcome = await firstOf<BodyOutcome>((settle) => {
      const watches = [
        onAbort(signal, () => settle(this.#giveUp({ kind: "aborted" }))),
        this.#watchSilence((trouble) => settle(this.#giveUp({ kind: "trouble", trouble }))),
      ];
      this.#state = { ...state, kind: "body", sink, settle };
      // Whoever takes the first bytes may stop it all at once.
      this.#drain();
      this.#readOn();
      return watches;
    });
    // TLS goes on to the end of what it has read, into memory that was lent to it, even after it was destroyed.
    // By the next turn of the loop that is over.
    if (outcome.kind !== "ended") await nextTurn();
    return outcome;
  }

  close(): void {
    if (this.#state.kind === "closed") return;
    this.#state = { kind: "closed" };
    this.#transport.destroy();
    this.onClosed();
  }

  /** Closes it under whoever waits for an answer. */
  abandon(): void {
    const state = this.#state;
    this.close();
    if ("settle" in state) state.settle({ kind: "aborted" });
  }

  room(): Uint8Array {
    const state = this.#state;
    if (state.kind === "body" && this.#inlet.isEmpty) {
      const { run } = state.reader;
      if (run >= DIRECT_RUN_BYTES || (run > 0 && state.head.framing.kind !== "chunked")) {
        const room = state.sink.room();
        if (room !== null) {
          this.#target = "sink";
          // No byte beyond the body's end may land where the body is kept.
          return run < room.length ? room.subarray(0, run) : room;
        }
      }
    }
    this.#target = "inlet";
    return this.#inlet.room();
  }

  filled(bytes: number): boolean {
    this.#movedAt = this.#clock.now();
    this.#heard = true;
    if (this.#target === "inlet") {
      this.#inlet.filled(bytes);
      this.#drain();
    } else if (this.#state.kind === "body") {
      const { reader, sink } = this.#state;
      reader.skip(bytes);
      this.#heed(sink.filled(bytes));
      if (reader.run === 0) this.#drain();
    }
    // Before its body is asked for, an answer may fill the inlet, no more.
    const full = this.#state.kind === "between" && !this.#inlet.hasRoom;
    // TLS still gives what it has decrypted after reading was stopped: that starts nothing again.
    this.#paused ||= this.#waiting || full;
    return !this.#paused;
  }

  readonly ended = (): void => this.#wrapUp(null);
  readonly failed = (error: Error): void => this.#wrapUp({ kind: "error", error });

  #wrapUp(trouble: Trouble | null): void {
    this.#over ??= trouble === null ? { kind: "ended" } : { kind: "broken", trouble };
    if (this.#state.kind === "idle") this.close();
    else this.#drain();
  }

  /** Why a connection that is closed is so. */
  get #why(): Trouble {
    return this.#over?.kind === "broken" ? this.#over.trouble : CLOSED;
  }

  /** Reads what is in the inlet as far as it can be used now. */
  #drain(): void {
    for (;;) {
      const state = this.#state;
      if (state.kind === "idle" || state.kind === "ending" || state.kind === "closed")
        return this.#refuseUnasked();
      if (state.kind === "between") return;
      if (!this.#placeCarry()) return;
      // Placing may have ended the answer.
      if (this.#state !== state) continue;
      const { memory, start, end } = this.#inlet;
      const step = state.reader.read(memory, start, end);
      if (step.kind === "more") {
        this.#inlet.use(end);
        if (this.#over === null) return;
        if (this.#over.kind === "ended") return this.#take(state, state.reader.finish());
        this.close();
        return state.settle({ kind: "trouble", trouble: this.#over.trouble });
      }
      this.#take(state, step);
    }
  }

  #take(state: State & { kind: "head" | "body" }, step: ReadStep): void {
    switch (step.kind) {
      case "more":
        return;
      case "head":
        this.#inlet.use(step.at);
        if (state.kind !== "head") return;
        this.#state = { kind: "between", reader: state.reader, head: step.head };
        return state.settle({ kind: "head", head: step.head });
      case "body":
        this.#inlet.use(step.start);
        this.#carry = step.end - step.start;
        return;
      case "end":
        // At the end of the connection nothing is left in the inlet, and the step speaks of no slice.
        if (!this.#inlet.isEmpty) this.#inlet.use(step.at);
        return state.kind === "body" ? this.#finish(state, step.trailers) : undefined;
      case "fault":
        this.close();
        return state.settle({ kind: "trouble", trouble: { kind: "fault", fault: step.fault } });
      default:
        return step satisfies never;
    }
  }

  /** Moves body bytes from the inlet to the sink. False while some have no room. */
  #placeCarry(): boolean {
    while (this.#carry > 0) {
      if (this.#waiting || this.#state.kind !== "body") return false;
      const { sink } = this.#state;
      const room = sink.room();
      if (room === null) {
        this.#heed("wait");
        return false;
      }
      const { memory, start } = this.#inlet;
      const bytes = Math.min(room.length, this.#carry);
      // Into shared memory `set` goes byte by byte; this is one copy.
      memory.copy(room, 0, start, start + bytes);
      this.#inlet.use(start + bytes);
      this.#carry -= bytes;
      this.#heed(sink.filled(bytes));
    }
    return true;
  }

  #heed(verdict: SinkVerdict): void {
    const state = this.#state;
    if (state.kind !== "body" || verdict === "go") return;
    if (verdict === "stop") {
      this.close();
      return state.settle({ kind: "refused" });
    }
    if (this.#waiting) return;
    this.#waiting = true;
    void state.sink.ready().then((verdict) => {
      if (this.#state !== state) return;
      this.#waiting = false;
      this.#movedAt = this.#clock.now();
      if (verdict === "stop") return this.#heed(verdict);
      this.#drain();
      this.#readOn();
    });
  }

  /** Takes reading up again where it was stopped and nothing is against it any more. */
  #readOn(): void {
    if (!this.#paused || this.#waiting || this.#state.kind === "closed") return;
    this.#paused = false;
    this.#transport.resume();
  }

  /** The answer is whole, unless something comes with its end that is not part of it. */
  #finish({ head, settle }: State & { kind: "body" }, trailers: Fields): void {
    this.#waiting = false;
    const ending = { kind: "ending" as const, head, trailers, settle };
    this.#state = ending;
    this.#readOn();
    // Whatever the system has by now is read before the loop comes to this.
    setImmediate(() => {
      if (this.#state !== ending) return;
      this.#state = { kind: "idle" };
      if (!head.persistent || this.#over !== null) this.close();
      settle({ kind: "ended", trailers });
    });
  }

  /**
   * RFC 9112 §9.2: a byte after the end of an answer belongs to no question of ours, whatever it says. When it came
   * with the end, either the end was told wrong or the rest was: such an answer is not to be relied on.
   */
  #refuseUnasked(): void {
    const state = this.#state;
    if (this.#inlet.isEmpty || state.kind === "closed") return;
    this.close();
    if (state.kind !== "ending") return;
    state.settle({ kind: "trouble", trouble: { kind: "fault", fault: fault("bytes_after_end") } });
  }

  #watchSilence(act: (trouble: Trouble) => void): () => void {
    this.#movedAt = this.#clock.now();
    const { idleTimeoutMs: ms } = this.#limits;
    const movedAt = (): number => (this.#waiting ? this.#clock.now() : this.#movedAt);
    return afterSilence(this.#clock, ms, movedAt, () => act({ kind: "timeout", phase: "body", ms }));
  }

  #giveUp<T>(outcome: T): T {
    this.close();
    return outcome;
  }
}
