/** A small body, whole in memory, in slots of the pool. */
import type { Slot, SlotPool } from "../disk/slot-pool.ts";

export class Gathered {
  readonly bytes: number;
  readonly slots: readonly Slot[];
  readonly #pool: SlotPool;
  #released = false;

  private constructor(pool: SlotPool, slots: readonly Slot[], bytes: number) {
    this.#pool = pool;
    this.slots = slots;
    this.bytes = bytes;
  }

  /** Waits for as many slots as it takes. */
  static async reserve(pool: SlotPool, bytes: number): Promise<Gathered> {
    return new Gathered(pool, await pool.take(Math.ceil(bytes / pool.slotBytes)), bytes);
  }

  /** Memory for the bytes from a place on, to the end of its slot; null at the end of the last. */
  roomAt(position: number): Uint8Array | null {
    const { slotBytes } = this.#pool;
    return this.slots[Math.floor(position / slotBytes)]?.memory.subarray(position % slotBytes) ?? null;
  }

  /** The body's bytes, in order. */
  pieces(upTo = this.bytes): Uint8Array[] {
    const { slotBytes } = this.#pool;
    return this.slots
      .slice(0, Math.ceil(upTo / slotBytes))
      .map(({ memory }, nth) => memory.subarray(0, Math.min(slotBytes, upTo - nth * slotBytes)));
  }

  release(): void {
    if (this.#released) return;
    this.#released = true;
    for (const slot of this.slots) this.#pool.release(slot);
  }
}
