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

/**
 * How many slots one file may have out at a time: one for each connection that receives it, and some that are
 * written or hashed meanwhile. A disk or a hash that is slow holds up its own file then, and no other.
 */
export class SlotShare {
  /** Of these slots, so many are out. For the pool to change. */
  held = 0;
  readonly #pool: SlotPool;
  readonly #ahead: number;
  #receivers = 0;

  constructor(pool: SlotPool, ahead: number) {
    this.#pool = pool;
    this.#ahead = ahead;
  }

  get pool(): SlotPool {
    return this.#pool;
  }

  /** Whether so many more slots may be out. */
  allows(count: number): boolean {
    return this.held + count <= this.#receivers + this.#ahead;
  }

  /** One more receives. */
  join(): void {
    this.#receivers++;
    this.#pool.serve();
  }

  leave(): void {
    this.#receivers--;
  }
}

interface Waiter {
  count: number;
  share: SlotShare | null;
  give: (slots: Slot[]) => void;
}

export class SlotPool {
  readonly slotBytes: number;
  /** All of it: memory that workers can share. */
  readonly memory: Uint8Array<SharedArrayBuffer>;
  readonly #slots: Slot[];
  /** Last in, first out: what was used last is in the processor's cache, and the rest is never touched. */
  readonly #free: Slot[];
  /** How many hold each slot. */
  readonly #holders: number[];
  /** Whose share each slot is of. */
  readonly #shares: (SlotShare | null)[];
  /** Whoever waits for a slot; first come, first served. */
  #waiters: Waiter[] = [];

  constructor({ slots, slotBytes }: SlotPoolSize) {
    if (slotBytes % ALIGNMENT !== 0) throw new RangeError(`${slotBytes} is no multiple of ${ALIGNMENT}`);
    this.slotBytes = slotBytes;
    this.memory = alignedMemory(slots * slotBytes);
    this.#slots = Array.from({ length: slots }, (_, index) => {
      const offset = index * slotBytes;
      return { index, offset, memory: this.memory.subarray(offset, offset + slotBytes) };
    });
    this.#free = this.#slots.toReversed();
    this.#holders = this.#slots.map(() => 0);
    this.#shares = this.#slots.map(() => null);
  }

  get free(): number {
    return this.#free.length;
  }

  /** Whether a slot could be acquired now: there is one, and nobody waits for it. */
  has(share: SlotShare | null = null): boolean {
    return this.#free.length > 0 && allowed(share, 1) && !this.#waiters.some(waitsForPool);
  }

  /** A slot held by the caller, or null if there is none for it now. */
  acquire(share: SlotShare | null = null): Slot | null {
    return this.has(share) ? this.#lend(share) : null;
  }

  /** The next slot for the caller, who has to release it even if it is of no use any more. */
  async next(share: SlotShare | null = null): Promise<Slot> {
    const [slot] = await this.take(1, share);
    return slot as Slot;
  }

  /** Several slots at once, each to be released: whoever took one by one could wait for others who do the same. */
  take(count: number, share: SlotShare | null = null): Promise<Slot[]> {
    if (count > this.#slots.length) throw new RangeError(`${count} slots of ${this.#slots.length}`);
    return new Promise((give) => {
      this.#waiters.push({ count, share, give });
      this.serve();
    });
  }

  /** One more that needs the slot; each has to release it. */
  hold(slot: Slot): void {
    this.#holders[slot.index] = this.#count(slot) + 1;
  }

  release(slot: Slot): void {
    const holders = this.#count(slot) - 1;
    this.#holders[slot.index] = holders;
    if (holders > 0) return;
    const share = this.#shares[slot.index] ?? null;
    if (share !== null) share.held--;
    this.#free.push(slot);
    this.serve();
  }

  /**
   * Gives what is free to those who wait, the first one first. One whose share is used up lets the others pass.
   * Called by the pool itself, and when a share grows.
   */
  serve(): void {
    if (this.#waiters.length === 0) return;
    let enough = true;
    this.#waiters = this.#waiters.filter((waiter) => {
      const { count, share, give } = waiter;
      if (!enough || !allowed(share, count)) return true;
      enough = this.#free.length >= count;
      if (enough) give(Array.from({ length: count }, () => this.#lend(share)));
      return !enough;
    });
  }

  #lend(share: SlotShare | null): Slot {
    const slot = this.#free.pop();
    if (slot === undefined) throw new RangeError("no slot is free");
    this.#holders[slot.index] = 1;
    this.#shares[slot.index] = share;
    if (share !== null) share.held++;
    return slot;
  }

  #count(slot: Slot): number {
    const holders = this.#holders[slot.index] ?? 0;
    if (holders === 0) throw new RangeError(`slot ${slot.index} is held by nobody`);
    return holders;
  }
}

function allowed(share: SlotShare | null, count: number): boolean {
  return share === null || share.allows(count);
}

function waitsForPool({ share, count }: Waiter): boolean {
  return allowed(share, count);
}
