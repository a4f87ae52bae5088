/** A body into a file: slot by slot from the socket to its place, hashed on the way. One per connection. */
import type { BodySink, SinkVerdict } from "./body-sink.ts";
import { ALIGNMENT } from "../disk/aligned-memory.ts";
import type { DirectFile } from "../disk/direct-file.ts";
import type { Slot, SlotPool } from "../disk/slot-pool.ts";
import type { WriteOutcome } from "../disk/write-fully.ts";

export interface FileSinkParts {
  pool: SlotPool;
  file: DirectFile;
  /** Where in the file the body's first byte goes. */
  position: number;
  /** Exclusive end of what was announced, or null: more is an overrun. */
  end: number | null;
  /** The bytes from `position` on lie in the slot, about to be written. */
  offer(position: number, slot: Slot, start: number, end: number): void;
  /** The bytes from `start` to `end` of the file are written. */
  wrote(start: number, end: number): void;
}

export type SinkEnd =
  /** All that came is written; `end` is where it ends. */
  | { kind: "written"; end: number }
  /** More came than was announced; nothing of it is written. */
  | { kind: "overrun" }
  | { kind: "failed"; error: NodeJS.ErrnoException };

/** What tells that a server sends more than it announced. */
const SPILL_BYTES = 64;

export class FileSink implements BodySink {
  readonly #parts: FileSinkParts;
  #slot: Slot | null = null;
  /** In the slot: what lies before it is written or about to be, and what lies before `#fill` has come. */
  #begun = 0;
  #fill = 0;
  /** Of the file: where the next byte that comes belongs. */
  #position: number;
  #spill: Uint8Array | null = null;
  #overrun = false;
  #error: NodeJS.ErrnoException | null = null;
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: FileSinkParts) {
    this.#parts = parts;
    this.#position = parts.position;
  }

  /** Where the next byte belongs. */
  get position(): number {
    return this.#position;
  }

  room(): Uint8Array | null {
    const left = (this.#parts.end ?? Infinity) - this.#position;
    if (left === 0) return (this.#spill ??= new Uint8Array(SPILL_BYTES));
    const slot = this.#slot ?? this.#nextSlot();
    return slot === null ? null : slot.memory.subarray(this.#fill, this.#fill + left);
  }

  filled(bytes: number): SinkVerdict {
    if (this.#position === this.#parts.end) {
      this.#overrun = true;
      return "stop";
    }
    this.#fill += bytes;
    this.#position += bytes;
    if (this.#fill === this.#slot?.memory.length) {
      this.flush();
      this.#letGo();
    }
    if (this.#error !== null) return "stop";
    return this.#slot !== null || this.#parts.pool.free > 0 ? "go" : "wait";
  }

  async ready(): Promise<"go" | "stop"> {
    await this.#parts.pool.whenFree();
    return this.#error === null ? "go" : "stop";
  }

  /** Writes what has come, so that it can be claimed; more may follow. */
  flush(): void {
    const { pool, file } = this.#parts;
    const slot = this.#slot;
    const [start, end] = [this.#begun, this.#fill];
    if (slot === null || start === end || this.#error !== null) return;
    const position = this.#position - (end - start);
    this.#begun = end;
    this.#parts.offer(position, slot, start, end);
    const outcome = file.write(slot.memory.subarray(start, end), position);
    if (!(outcome instanceof Promise)) return this.#note(outcome, position, end - start);
    pool.hold(slot);
    const write = outcome.then((outcome) => {
      pool.release(slot);
      this.#underWay.delete(write);
      this.#note(outcome, position, end - start);
    });
    this.#underWay.add(write);
  }

  /** Writes the rest and waits for all of it. The sink takes no more. Call it however the body ended. */
  async finish(): Promise<SinkEnd> {
    this.flush();
    this.#letGo();
    await Promise.all(this.#underWay);
    if (this.#error !== null) return { kind: "failed", error: this.#error };
    return this.#overrun ? { kind: "overrun" } : { kind: "written", end: this.#position };
  }

  #nextSlot(): Slot | null {
    const slot = this.#parts.pool.acquire();
    this.#slot = slot;
    // Memory and file leave the same remainder: so whole pages can go past the page cache.
    this.#fill = this.#position % ALIGNMENT;
    this.#begun = this.#fill;
    return slot;
  }

  #letGo(): void {
    if (this.#slot !== null) this.#parts.pool.release(this.#slot);
    this.#slot = null;
  }

  #note(outcome: WriteOutcome, position: number, bytes: number): void {
    const written = outcome.kind === "written" ? bytes : outcome.written;
    if (written > 0) this.#parts.wrote(position, position + written);
    if (outcome.kind === "failed") this.#error ??= outcome.error;
  }
}
