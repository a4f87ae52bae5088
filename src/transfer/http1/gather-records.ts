/**
 * TLS hands over one record at a time, 16 KiB of it at most (RFC 8446 §5.1). What one turn of the loop brings is
 * given on together: a call through all layers for each of 65,536 records per GiB costs more than a copy in the
 * processor's cache.
 */
import type { Receiver, Transport } from "./transport.ts";

/** A transport whose reading can be stopped from outside of a read, too. */
export interface Stoppable extends Transport {
  pause(): void;
}

/** Sixteen records; stays in the cache of a core with what is copied out of it. */
const MEMORY_BYTES = 256 * 1024;

export function gatherRecords(transport: Stoppable): Transport {
  return new RecordGatherer(transport);
}

class RecordGatherer implements Transport, Receiver {
  receiver: Receiver;
  readonly #transport: Stoppable;
  #memory = Buffer.allocUnsafeSlow(MEMORY_BYTES);
  /** What came and was not given on. */
  #start = 0;
  #end = 0;
  #isScheduled = false;
  /** The receiver wants nothing before `resume`. */
  #isStopped = false;
  #isGiving = false;
  /** How it ended, to be told after what came before. */
  #last: (() => void)[] = [];

  constructor(transport: Stoppable) {
    this.#transport = transport;
    this.receiver = transport.receiver;
    transport.receiver = this;
  }

  /** Asked for right after every read, and memory that was lent may be filled any time: only here it is laid out. */
  room(): Uint8Array {
    if (this.#start === this.#end) [this.#start, this.#end] = [0, 0];
    else if (this.#end === this.#memory.length) this.#makeRoom();
    return this.#memory.subarray(this.#end);
  }

  filled(bytes: number): boolean {
    this.#end += bytes;
    if (this.#end === this.#memory.length) this.#giveOn();
    else if (!this.#isScheduled) {
      this.#isScheduled = true;
      setImmediate(this.#endTurn);
    }
    return !this.#isStopped;
  }

  ended(): void {
    this.#last.push(() => this.receiver.ended());
    this.#giveOn();
  }

  failed(error: Error): void {
    this.#last.push(() => this.receiver.failed(error));
    this.#giveOn();
  }

  write(bytes: Uint8Array): void {
    this.#transport.write(bytes);
  }

  resume(): void {
    this.#isStopped = false;
    this.#giveOn();
    if (!this.#isStopped) this.#transport.resume();
  }

  destroy(): void {
    this.#start = this.#end;
    this.#last = [];
    this.#transport.destroy();
  }

  readonly #endTurn = (): void => {
    this.#isScheduled = false;
    this.#giveOn();
    if (this.#isStopped) this.#transport.pause();
  };

  #giveOn(): void {
    // The receiver may ask for more in the middle of being told what came.
    if (this.#isGiving) return;
    this.#isGiving = true;
    while (this.#start < this.#end && !this.#isStopped) {
      const room = this.receiver.room();
      const bytes = Math.min(room.length, this.#end - this.#start);
      // Into shared memory `set` goes byte by byte; this is one copy.
      this.#memory.copy(room, 0, this.#start, this.#start + bytes);
      this.#start += bytes;
      this.#isStopped = !this.receiver.filled(bytes);
    }
    this.#isGiving = false;
    if (this.#start < this.#end) return;
    for (const tell of this.#last.splice(0)) tell();
  }

  /** Reading was stopped, yet TLS still gives what it has decrypted: one read of its own (64 KiB) at most. */
  #makeRoom(): void {
    const to = this.#start > 0 ? this.#memory : Buffer.allocUnsafeSlow(this.#memory.length * 2);
    this.#memory.copy(to, 0, this.#start, this.#end);
    this.#memory = to;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
