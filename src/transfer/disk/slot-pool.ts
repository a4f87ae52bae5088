/** Pieces of one memory, lent out and given back: what bodies are received into, written and hashed from. */
import { ALIGNMENT, alignedMemory } from "./aligned-memory.ts";

/** A piece of memory, page-aligned. */
export interface Slot {
  readonly index: number;
  /** Where it begins in the pool's memory. Bytes. */
  readonly offset: number;
  readonly memory: Uint8Array;
}

export interface SlotPoolSize {
  slots: number;
  /** A multiple of 4096. */
  slotBytes: number;
}

export class SlotPool {
  readonly slotBytes: number;
  /** All of it; shared memory if the pool was made so. */
  readonly memory: Uint8Array;
  readonly #slots: Slot[];
  /** Last in, first out: what was used last is in the processor's cache, and the rest is never touched. */
  readonly #free: Slot[];
  /** How many hold each slot. */
  readonly #holders: number[];
  #waiters: (() => void)[] = [];

  constructor({ slots, slotBytes }: SlotPoolSize, shared: boolean) {
    if (slotBytes % ALIGNMENT !== 0) throw new RangeError(`${slotBytes} is no multiple of ${ALIGNMENT}`);
    this.slotBytes = slotBytes;
    this.memory = alignedMemory(slots * slotBytes, shared);
    this.#slots = Array.from({ length: slots }, (_, index) => {
      const offset = index * slotBytes;
      return { index, offset, memory: this.memory.subarray(offset, offset + slotBytes) };
    });
    this.#free = this.#slots.toReversed();
    this.#holders = this.#slots.map(() => 0);
  }

  get free(): number {
    return this.#free.length;
  }

  /** A slot held by the caller, or null if all are in use. */
  acquire(): Slot | null {
    const slot = this.#free.pop();
    if (slot === undefined) return null;
    this.#holders[slot.index] = 1;
    return slot;
  }

  /** One more that needs the slot; each has to release it. */
  hold(slot: Slot): void {
    this.#holders[slot.index] = this.#count(slot) + 1;
  }

  release(slot: Slot): void {
    const holders = this.#count(slot) - 1;
    this.#holders[slot.index] = holders;
    if (holders > 0) return;
    this.#free.push(slot);
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const wake of waiters) wake();
  }

  /** Resolves when a slot is free, which another waiter may take first. */
  whenFree(): Promise<void> {
    if (this.#free.length > 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  #count(slot: Slot): number {
    const holders = this.#holders[slot.index] ?? 0;
    if (holders === 0) throw new RangeError(`slot ${slot.index} is held by nobody`);
    return holders;
  }
}
