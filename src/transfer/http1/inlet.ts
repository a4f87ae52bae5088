/** Bytes as they came from the socket, until it is known what they are: heads, chunk sizes, pieces of bodies. */

/** Two reads of a head's size: one that brings it, one that was under way before it was understood. */
const INLET_BYTES = 64 * 1024;

/** A read for a head asks for no more: what follows the head has to be copied. */
const HEAD_READ_BYTES = 16 * 1024;

export class Inlet {
  #memory = Buffer.allocUnsafeSlow(INLET_BYTES);
  /** First byte that is not used up. */
  #start = 0;
  #end = 0;

  get memory(): Buffer {
    return this.#memory;
  }

  get start(): number {
    return this.#start;
  }

  get end(): number {
    return this.#end;
  }

  get isEmpty(): boolean {
    return this.#start === this.#end;
  }

  /** Whether another read of usual size finds room without moving anything. */
  get hasRoom(): boolean {
    return this.#memory.length - this.#end >= HEAD_READ_BYTES;
  }

  /** Memory for the next read. Never empty: what a TLS record brought has to go somewhere. */
  room(): Uint8Array {
    if (this.isEmpty) this.#begin();
    else if (this.#end === this.#memory.length) this.#makeRoom();
    const most = this.#end === 0 ? HEAD_READ_BYTES : this.#memory.length;
    return this.#memory.subarray(this.#end, Math.min(this.#memory.length, most));
  }

  filled(bytes: number): void {
    this.#end += bytes;
  }

  /** The bytes before `index` are used up. */
  use(index: number): void {
    this.#start = index;
  }

  #begin(): void {
    if (this.#memory.length > INLET_BYTES) this.#memory = Buffer.allocUnsafeSlow(INLET_BYTES);
    this.#start = 0;
    this.#end = 0;
  }

  /**
   * Moves what is left to the front; into more memory only where nothing was used up. That is when reading was
   * stopped, yet a TLS socket still gives what it has decrypted: no more than one read of its own (64 KiB) and
   * the record before, so it happens once or twice, not without end.
   */
  #makeRoom(): void {
    const [from, to] = [this.#memory, this.#start > 0 ? this.#memory : Buffer.allocUnsafeSlow(this.#end * 2)];
    from.copy(to, 0, this.#start, this.#end);
    this.#memory = to;
    this.#end -= this.#start;
    this.#start = 0;
  }
}
