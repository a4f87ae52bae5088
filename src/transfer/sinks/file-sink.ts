/** A body into a file: slot by slot from the socket to its place, hashed on the way. One per connection. */
import type { BodySink, SinkVerdict } from "./body-sink.ts";
import { ALIGNMENT } from "../disk/aligned-memory.ts";
import type { DirectFile } from "../disk/direct-file.ts";
import type { Slot, SlotShare } from "../disk/slot-pool.ts";
import type { WriteOutcome } from "../disk/write-fully.ts";

/** The file, as several sinks see it at once. */
export interface SinkFile {
  readonly file: DirectFile;
  readonly share: SlotShare;
  /**
   * The bytes from `position` on lie in the slot, about to be written. Answers whether they may go past the page
   * cache: nobody will read them back.
   */
  offer(position: number, slot: Slot, start: number, end: number): boolean;
  /** The bytes from `start` to `end` of the file are written. */
  wrote(start: number, end: number): void;
  /** A write failed. */
  failed(error: unknown): void;
  /** What has to be waited for before more may come, or null. Never rejects. */
  brake(): Promise<void> | null;
}

/** Which bytes of the file a body brings. */
export interface SinkRange {
  /** Where the first byte goes. */
  position: number;
  /** Exclusive end of what was announced, or null: more is an overrun. */
  end: number | null;
  /** First byte that is not wanted from here, or null. It may change at any time. */
  until: () => number | null;
  /** Bytes have come; told where the next one belongs. */
  moved: (position: number) => void;
}

export type SinkEnd =
  /** All that came is written; `end` is where it ends. */
  | { kind: "written"; end: number }
  /** All that is wanted is written, up to `end`; what came beyond it was dropped. */
  | { kind: "enough"; end: number }
  /** More came than was announced; nothing of it is written. */
  | { kind: "overrun"; end: number }
  | { kind: "failed"; error: unknown };

/** What tells that a server sends more than it announced, or than is wanted. */
const SPILL_BYTES = 64;

export class FileSink implements BodySink {
  readonly #file: SinkFile;
  readonly #range: SinkRange;
  #slot: Slot | null = null;
  /** In the slot: what lies before it is written or about to be, and what lies before `#fill` has come. */
  #begun = 0;
  #fill = 0;
  /** Of the file: where the next byte that comes belongs. */
  #position: number;
  #spill: Uint8Array | null = null;
  #isSpilling = false;
  #end: "enough" | "overrun" | null = null;
  #failure: { error: unknown } | null = null;
  #isOver = false;
  /** Bytes that have come and are not written yet. */
  #pending = 0;
  /** Resolves when all writes begun so far are over. */
  #settled: Promise<unknown> = Promise.resolve();

  constructor(file: SinkFile, range: SinkRange) {
    this.#file = file;
    this.#range = range;
    this.#position = range.position;
  }

  /** Where the next byte belongs. */
  get position(): number {
    return this.#position;
  }

  /** Bytes that have come and are not written yet. */
  get pending(): number {
    return this.#pending;
  }

  room(): Uint8Array | null {
    if (this.#isOver || this.#failure !== null) return null;
    const left = Math.min(this.#range.end ?? Infinity, this.#until) - this.#position;
    this.#isSpilling = left <= 0;
    if (this.#isSpilling) return (this.#spill ??= new Uint8Array(SPILL_BYTES));
    const slot = this.#slot ?? this.#take(this.#pool.acquire(this.#file.share));
    return slot === null ? null : slot.memory.subarray(this.#fill, this.#fill + left);
  }

  filled(bytes: number): SinkVerdict {
    if (this.#isOver || this.#failure !== null || this.#end !== null) return "stop";
    const { end, moved } = this.#range;
    const until = this.#until;
    const wanted = this.#isSpilling ? 0 : Math.max(0, Math.min(bytes, until - this.#position));
    this.#fill += wanted;
    this.#position += wanted;
    this.#pending += wanted;
    if (wanted > 0) moved(this.#position);
    if (this.#fill === this.#slot?.memory.length) {
      this.#writeSlot();
      this.#letGo();
      if (this.#failure !== null) return "stop";
    }
    if (wanted < bytes || (this.#position >= until && this.#position !== end)) {
      this.#end = this.#position === end ? "overrun" : "enough";
      return "stop";
    }
    const hasRoom = this.#slot !== null || this.#position === end || this.#pool.has(this.#file.share);
    return hasRoom && this.#file.brake() === null ? "go" : "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    for (let wait = this.#brake(); wait !== null; wait = this.#brake()) await wait;
    if (this.#slot === null && !this.#isOver) {
      const slot = await this.#pool.next(this.#file.share);
      if (this.#isOver || this.#slot !== null) this.#pool.release(slot);
      else this.#take(slot);
    }
    return this.#failure === null && !this.#isOver ? "go" : "stop";
  }

  /** Writes what has come, so that it can be claimed; more may follow. Resolves when it is written. */
  async flush(): Promise<void> {
    this.#writeSlot();
    await this.#settled;
  }

  /** The file is in trouble: nothing more is taken or written. */
  fail(error: unknown): void {
    this.#failure ??= { error };
  }

  /** Writes the rest and waits for all of it. The sink takes no more. Call it however the body ended. */
  async finish(): Promise<SinkEnd> {
    this.#isOver = true;
    this.#writeSlot();
    this.#letGo();
    await this.#settled;
    if (this.#failure !== null) return { kind: "failed", ...this.#failure };
    return { kind: this.#end ?? "written", end: this.#position };
  }

  get #pool(): SlotShare["pool"] {
    return this.#file.share.pool;
  }

  get #until(): number {
    return this.#range.until() ?? Infinity;
  }

  #brake(): Promise<void> | null {
    return this.#failure === null && !this.#isOver ? this.#file.brake() : null;
  }

  #take(slot: Slot | null): Slot | null {
    this.#slot = slot;
    // Memory and file leave the same remainder: so whole pages can go past the page cache.
    this.#fill = this.#position % ALIGNMENT;
    this.#begun = this.#fill;
    return slot;
  }

  #letGo(): void {
    if (this.#slot !== null) this.#pool.release(this.#slot);
    this.#slot = null;
  }

  #writeSlot(): void {
    const slot = this.#slot;
    if (slot === null || this.#failure !== null) return;
    this.#dropUnwanted();
    const [start, end] = [this.#begun, this.#fill];
    if (start === end) return;
    const bytes = end - start;
    const position = this.#position - bytes;
    this.#begun = end;
    const direct = this.#file.offer(position, slot, start, end);
    const outcome = this.#file.file.write(slot.memory.subarray(start, end), position, direct);
    if (!(outcome instanceof Promise)) return this.#note(outcome, position, bytes);
    this.#pool.hold(slot);
    const write = outcome.then((outcome) => {
      this.#pool.release(slot);
      this.#note(outcome, position, bytes);
    });
    this.#settled = Promise.all([this.#settled, write]);
  }

  /** Bytes that somebody else fetches by now are neither written nor hashed, even if they have come. */
  #dropUnwanted(): void {
    const dropped = Math.min(this.#fill - this.#begun, this.#position - this.#until);
    if (dropped <= 0) return;
    // What comes next lies behind what is dropped: even if it is wanted again by then, it cannot be used.
    this.#end = "enough";
    this.#fill -= dropped;
    this.#position -= dropped;
    this.#pending -= dropped;
  }

  #note(outcome: WriteOutcome, position: number, bytes: number): void {
    const written = outcome.kind === "written" ? bytes : outcome.written;
    this.#pending -= bytes;
    if (written > 0) this.#file.wrote(position, position + written);
    if (outcome.kind === "written") return;
    this.fail(outcome.error);
    this.#file.failed(outcome.error);
  }
}
