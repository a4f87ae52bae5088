/**
 * Pieces of one memory, lent out and given back: what bodies are received into, written and hashed from.
 *
 * There are slots, and large slots of several in a row. A large one is one read from the socket, one write and one
 * piece for the hash where a slot is several; but many connections with a large one each would take too much memory.
 */
import { ALIGNMENT, alignedMemory } from "./aligned-memory.ts";

/** A piece of memory, page-aligned. */
export interface Slot {
  readonly index: number;
  /** Where it begins in the pool's memory. Bytes. */
  readonly offset: number;
  readonly memory: Uint8Array;
}

export interface SlotPoolSize {
  /** In all; a multiple of `large`. */
  slots: number;
  /** A multiple of 4096. */
  slotBytes: number;
  /** So many slots make a large one; 1, if it is left out: there are none. */
  large?: number;
}

/**
 * How much one file may have out at a time: a slot for each connection that receives it, and some that are
 * written or hashed meanwhile. A disk or a hash that is slow holds up its own file then, and no other.
 */
export class SlotShare {
  /** Of this file, so many slots are out; a large one counts as many. For the pool to change. */
  held = 0;
  readonly #pool: SlotPool;
  readonly #ahead: number;
  readonly #largeUpTo: number;
  #receivers = 0;

  /**
   * @param ahead slots besides one for each connection
   * @param largeUpTo so many connections get large slots
   */
  constructor(pool: SlotPool, ahead: number, largeUpTo = 0) {
    this.#pool = pool;
    this.#ahead = ahead;
    this.#largeUpTo = largeUpTo;
  }

  get pool(): SlotPool {
    return this.#pool;
  }

  get wantsLarge(): boolean {
    return this.#receivers <= this.#largeUpTo;
  }

  /** Whether so many more slots may be out. */
  allows(count: number): boolean {
    const each = this.wantsLarge ? this.#pool.large : 1;
    return this.held + count <= this.#receivers * each + this.#ahead;
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
  /** How many slots; 0 for one, of the size that the share wants. */
  count: number;
  share: SlotShare | null;
  give: (slots: Slot[]) => void;
}

export class SlotPool {
  readonly slotBytes: number;
  readonly large: number;
  /** All of it: memory that workers can share. */
  readonly memory: Uint8Array<SharedArrayBuffer>;
  readonly #slots: Slot[];
  readonly #largeSlots: Slot[];
  /**
   * Large slots that are free as a whole, and the free ones among the slots of the others. Last in, first out: what
   * was used last is in the processor's cache, and the rest is never touched.
   */
  readonly #free: Slot[];
  #freeParts: Slot[] = [];
  /** Who holds a slot, and whose share it is of. */
  readonly #loans = new Map<Slot, { holders: number; share: SlotShare | null }>();
  /** Whoever waits for a slot; first come, first served. */
  #waiters: Waiter[] = [];

  constructor({ slots, slotBytes, large = 1 }: SlotPoolSize) {
    if (slotBytes % ALIGNMENT !== 0) throw new RangeError(`${slotBytes} is no multiple of ${ALIGNMENT}`);
    if (slots % large !== 0) throw new RangeError(`${slots} is no multiple of ${large}`);
    this.slotBytes = slotBytes;
    this.large = large;
    this.memory = alignedMemory(slots * slotBytes);
    this.#slots = this.#cut(slotBytes);
    this.#largeSlots = large === 1 ? this.#slots : this.#cut(slotBytes * large);
    this.#free = this.#largeSlots.toReversed();
  }

  /** Slots that are free. */
  get free(): number {
    return this.#free.length * this.large + this.#freeParts.length;
  }

  /** Whether a slot could be acquired now: there is one, and nobody waits for it. */
  has(share: SlotShare | null = null): boolean {
    return this.free > 0 && this.#allowed(share, 0) && !this.#waiters.some((one) => this.#waitsForPool(one));
  }

  /** A slot held by the caller, or null if there is none for it now. */
  acquire(share: SlotShare | null = null): Slot | null {
    return this.has(share) ? this.#lend(share) : null;
  }

  /** The next slot for the caller, who has to release it even if it is of no use any more. */
  async next(share: SlotShare | null = null): Promise<Slot> {
    const [slot] = await this.#wait(0, share);
    return slot as Slot;
  }

  /** Several slots at once, each to be released: whoever took one by one could wait for others who do the same. */
  take(count: number): Promise<Slot[]> {
    if (count > this.#slots.length) throw new RangeError(`${count} slots of ${this.#slots.length}`);
    return this.#wait(count);
  }

  /** One more that needs the slot; each has to release it. */
  hold(slot: Slot): void {
    this.#loan(slot).holders++;
  }

  release(slot: Slot): void {
    const loan = this.#loan(slot);
    if (--loan.holders > 0) return;
    this.#loans.delete(slot);
    if (loan.share !== null) loan.share.held -= this.#countOf(slot);
    if (this.#largeSlots[slot.index] === slot) this.#free.push(slot);
    else this.#giveBackPart(slot);
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
      if (!enough || !this.#allowed(share, count)) return true;
      enough = this.free >= Math.max(1, count);
      if (!enough) return true;
      give(count === 0 ? [this.#lend(share)] : Array.from({ length: count }, () => this.#lendPart(share)));
      return false;
    });
  }

  #wait(count: number, share: SlotShare | null = null): Promise<Slot[]> {
    return new Promise((give) => {
      this.#waiters.push({ count, share, give });
      this.serve();
    });
  }

  /** A large one if that is wanted and there is one. */
  #lend(share: SlotShare | null): Slot {
    const slot = share?.wantsLarge === true ? this.#free.pop() : undefined;
    return slot === undefined ? this.#lendPart(share) : this.#note(slot, share);
  }

  #lendPart(share: SlotShare | null): Slot {
    if (this.#freeParts.length === 0) this.#split();
    const slot = this.#freeParts.pop();
    if (slot === undefined) throw new RangeError("no slot is free");
    return this.#note(slot, share);
  }

  #note(slot: Slot, share: SlotShare | null): Slot {
    this.#loans.set(slot, { holders: 1, share });
    if (share !== null) share.held += this.#countOf(slot);
    return slot;
  }

  #split(): void {
    const whole = this.#free.pop();
    if (whole === undefined) return;
    const parts = this.#partsOf(whole.index);
    this.#freeParts.push(...parts.reverse());
  }

  /** Slots whose neighbours are free, too, become a large one again. */
  #giveBackPart(slot: Slot): void {
    this.#freeParts.push(slot);
    const index = Math.floor(slot.index / this.large);
    const isNeighbour = (other: Slot): boolean => Math.floor(other.index / this.large) === index;
    if (this.#freeParts.filter(isNeighbour).length < this.large) return;
    this.#freeParts = this.#freeParts.filter((other) => !isNeighbour(other));
    this.#free.push(this.#largeSlots[index] as Slot);
  }

  #partsOf(index: number): Slot[] {
    return this.#slots.slice(index * this.large, (index + 1) * this.large);
  }

  #countOf(slot: Slot): number {
    return slot.memory.length / this.slotBytes;
  }

  #allowed(share: SlotShare | null, count: number): boolean {
    if (share === null) return true;
    const whole = share.wantsLarge && this.#free.length > 0 ? this.large : 1;
    return share.allows(count === 0 ? whole : count);
  }

  #waitsForPool({ share, count }: Waiter): boolean {
    return this.#allowed(share, count);
  }

  #loan(slot: Slot): { holders: number; share: SlotShare | null } {
    const loan = this.#loans.get(slot);
    if (loan === undefined) throw new RangeError(`slot ${slot.index} is held by nobody`);
    return loan;
  }

  #cut(bytes: number): Slot[] {
    return Array.from({ length: this.memory.length / bytes }, (_, index) => {
      const offset = index * bytes;
      return { index, offset, memory: this.memory.subarray(offset, offset + bytes) };
    });
  }
}
