import { setImmediate as nextTurn } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Stoppable } from "./gather-records.ts";
import { gatherRecords } from "./gather-records.ts";
import type { Receiver } from "./transport.ts";

const KiB = 1024;

/** A socket as TLS has it: the memory for a read is asked for right after the read before. */
class Records implements Stoppable {
  receiver: Receiver = { room: () => new Uint8Array(1), filled: () => true, ended() {}, failed() {} };
  isReading = true;
  isDestroyed = false;
  #lent: Uint8Array | null = null;
  #next = 0;

  /** One turn of the loop brings records of these lengths, unless reading is stopped. */
  async turn(lengths: readonly number[]): Promise<number> {
    const before = this.#next;
    for (const length of lengths) if (this.isReading) this.#read(length);
    await nextTurn();
    return this.#next - before;
  }

  #read(length: number): void {
    for (let left = length; left > 0;) {
      this.#lent ??= this.receiver.room();
      const bytes = Math.min(left, this.#lent.length);
      for (let at = 0; at < bytes; at += 1) this.#lent[at] = this.#next++ % 251;
      left -= bytes;
      // What is decrypted is given to its end, whatever is answered.
      if (!this.receiver.filled(bytes)) this.isReading = false;
      this.#lent = this.receiver.room();
    }
  }

  write(): void {}
  pause(): void {
    this.isReading = false;
  }
  resume(): void {
    this.isReading = true;
  }
  destroy(): void {
    this.isDestroyed = true;
  }
}

class Taker implements Receiver {
  readonly calls: number[] = [];
  readonly ends: string[] = [];
  count = 0;
  wrong = 0;
  #lent = new Uint8Array(0);
  readonly #roomBytes: () => number;
  readonly #wantsMore: () => boolean;

  constructor(roomBytes: () => number, wantsMore: () => boolean = () => true) {
    this.#roomBytes = roomBytes;
    this.#wantsMore = wantsMore;
  }

  room(): Uint8Array {
    this.#lent = new Uint8Array(this.#roomBytes());
    return this.#lent;
  }

  filled(bytes: number): boolean {
    this.calls.push(bytes);
    for (const byte of this.#lent.subarray(0, bytes)) if (byte !== this.count++ % 251) this.wrong += 1;
    return this.#wantsMore();
  }

  ended(): void {
    this.ends.push(`ended at ${this.count}`);
  }

  failed(error: Error): void {
    this.ends.push(`${error.message} at ${this.count}`);
  }
}

describe("what TLS brings", () => {
  test("in one turn of the loop is given on at once", async () => {
    const records = new Records();
    const taker = new Taker(() => 1024 * KiB);
    gatherRecords(records).receiver = taker;
    await records.turn([16 * KiB, 16 * KiB, 16 * KiB, 500]);
    await records.turn([10]);
    expect(taker.calls).toEqual([48 * KiB + 500, 10]);
    expect(taker.wrong).toBe(0);
  });

  test("does not gather without end within a turn", async () => {
    const records = new Records();
    const taker = new Taker(() => 1024 * KiB);
    gatherRecords(records).receiver = taker;
    await records.turn(Array<number>(64).fill(16 * KiB));
    expect(taker.calls).toEqual(Array(4).fill(256 * KiB));
  });

  test("comes in order and whole, whatever room there is and whenever reading is stopped", async () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 16 * KiB }), { maxLength: 30 });
    const dice = fc.infiniteStream(fc.integer({ min: 1, max: 600 * KiB }));
    await fc.assert(
      fc.asyncProperty(fc.array(sizes, { maxLength: 12 }), dice, async (turns, dice) => {
        const next = (): number => dice.next().value as number;
        const records = new Records();
        const taker = new Taker(next, () => next() % 3 !== 0);
        const gatherer = gatherRecords(records);
        gatherer.receiver = taker;
        let sent = 0;
        for (const lengths of turns) {
          sent += await records.turn(lengths);
          // A read under way is all that comes after the stop.
          if (next() % 2 === 0) gatherer.resume();
          expect(taker.wrong).toBe(0);
          expect(taker.count).toBeLessThanOrEqual(sent);
        }
        records.receiver.ended();
        records.receiver.failed(new Error("gone"));
        for (let nth = 0; taker.ends.length === 0 && nth < 1000; nth += 1) gatherer.resume();
        expect({ count: taker.count, wrong: taker.wrong }).toEqual({ count: sent, wrong: 0 });
        expect(taker.ends).toEqual([`ended at ${sent}`, `gone at ${sent}`]);
      }),
    );
  });

  test("stops the reading when the end of the turn finds the receiver busy", async () => {
    const records = new Records();
    const busy = gatherRecords(records);
    busy.receiver = new Taker(
      () => 1024 * KiB,
      () => false,
    );
    await records.turn([16 * KiB]);
    expect(records.isReading).toBe(false);
    busy.resume();
    expect(records.isReading).toBe(true);
  });

  test("is nobody's once the connection is given up", async () => {
    const records = new Records();
    const taker = new Taker(() => 1024 * KiB);
    const gatherer = gatherRecords(records);
    gatherer.receiver = taker;
    const turn = records.turn([16 * KiB]);
    gatherer.destroy();
    await turn;
    expect([taker.count, records.isDestroyed]).toEqual([0, true]);
  });
});
