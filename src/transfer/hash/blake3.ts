/** BLAKE3 (https://github.com/BLAKE3-team/BLAKE3-specs), 256-bit hash mode; Node's crypto does not have it. */

const IV = new Uint32Array([
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
]);
/** §2.2, table 2: how the words of a block are permuted after each of the 7 rounds. */
const PERMUTATION = [2, 6, 3, 10, 7, 0, 4, 13, 1, 11, 12, 5, 9, 14, 15, 8];
const ROUNDS = 7;
const BLOCK_BYTES = 64;
const CHUNK_BYTES = 1024;

const CHUNK_START = 1;
const CHUNK_END = 2;
const PARENT = 4;
const ROOT = 8;

/** Index of the message word for every round and place, so that nothing is permuted while hashing. */
const SCHEDULE = buildSchedule();

function buildSchedule(): Uint8Array {
  const schedule = new Uint8Array(ROUNDS * 16);
  let row = Array.from({ length: 16 }, (_, index) => index);
  for (let round = 0; round < ROUNDS; round += 1) {
    schedule.set(row, round * 16);
    row = PERMUTATION.map((from) => row[from] as number);
  }
  return schedule;
}

const state = new Uint32Array(16);

/** The quarter round on four words of `state`. */
function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  let va = state[a] as number;
  let vb = state[b] as number;
  let vc = state[c] as number;
  let vd = state[d] as number;
  va = (va + vb + x) | 0;
  vd ^= va;
  vd = (vd >>> 16) | (vd << 16);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb >>> 12) | (vb << 20);
  va = (va + vb + y) | 0;
  vd ^= va;
  vd = (vd >>> 8) | (vd << 24);
  vc = (vc + vd) | 0;
  vb ^= vc;
  vb = (vb >>> 7) | (vb << 25);
  state[a] = va;
  state[b] = vb;
  state[c] = vc;
  state[d] = vd;
}

/** Compresses a block into `value` (§2.2), in place. */
function compress(
  value: Uint32Array,
  words: Uint32Array,
  counter: number,
  length: number,
  flags: number,
): void {
  state.set(value);
  state.set(IV.subarray(0, 4), 8);
  state[12] = counter;
  state[13] = counter / 2 ** 32;
  state[14] = length;
  state[15] = flags;
  for (let at = 0; at < ROUNDS * 16; at += 16) {
    const word = (index: number): number => words[SCHEDULE[at + index] as number] as number;
    mix(0, 4, 8, 12, word(0), word(1));
    mix(1, 5, 9, 13, word(2), word(3));
    mix(2, 6, 10, 14, word(4), word(5));
    mix(3, 7, 11, 15, word(6), word(7));
    mix(0, 5, 10, 15, word(8), word(9));
    mix(1, 6, 11, 12, word(10), word(11));
    mix(2, 7, 8, 13, word(12), word(13));
    mix(3, 4, 9, 14, word(14), word(15));
  }
  for (let index = 0; index < 8; index += 1) {
    value[index] = (state[index] as number) ^ (state[index + 8] as number);
  }
}

export class Blake3 {
  readonly #block = new Uint8Array(BLOCK_BYTES);
  readonly #view = new DataView(this.#block.buffer);
  readonly #words = new Uint32Array(16);
  readonly #value = new Uint32Array(IV);
  /** Values of finished subtrees, the largest first; one per set bit of the number of chunks. */
  readonly #stack: Uint32Array[] = [];
  #inBlock = 0;
  #blocksInChunk = 0;
  #chunks = 0;

  update(bytes: Uint8Array): void {
    let at = 0;
    while (at < bytes.length) {
      // Only when more comes is a full block known not to be the last one.
      if (this.#inBlock === BLOCK_BYTES) this.#closeBlock();
      const length = Math.min(BLOCK_BYTES - this.#inBlock, bytes.length - at);
      this.#block.set(bytes.subarray(at, at + length), this.#inBlock);
      this.#inBlock += length;
      at += length;
    }
  }

  digest(): string {
    let flags = this.#flags() | CHUNK_END;
    this.#loadBlock();
    if (this.#stack.length === 0) {
      compress(this.#value, this.#words, this.#chunks, this.#inBlock, flags | ROOT);
      return toHex(this.#value);
    }
    compress(this.#value, this.#words, this.#chunks, this.#inBlock, flags);
    let right = this.#value;
    for (let left = this.#stack.pop(); left !== undefined; left = this.#stack.pop()) {
      flags = this.#stack.length === 0 ? PARENT | ROOT : PARENT;
      right = parentOf(left, right, flags);
    }
    return toHex(right);
  }

  #flags(): number {
    return this.#blocksInChunk === 0 ? CHUNK_START : 0;
  }

  /** The block as little-endian words, filled up with zeros. */
  #loadBlock(): void {
    this.#block.fill(0, this.#inBlock);
    for (let index = 0; index < 16; index += 1) this.#words[index] = this.#view.getUint32(index * 4, true);
  }

  #closeBlock(): void {
    const isLast = this.#blocksInChunk === CHUNK_BYTES / BLOCK_BYTES - 1;
    this.#loadBlock();
    compress(this.#value, this.#words, this.#chunks, BLOCK_BYTES, this.#flags() | (isLast ? CHUNK_END : 0));
    this.#inBlock = 0;
    this.#blocksInChunk += 1;
    if (isLast) this.#closeChunk();
  }

  /** §5.1.2: a finished chunk is merged as often as its number has trailing zero bits. */
  #closeChunk(): void {
    this.#chunks += 1;
    let value = new Uint32Array(this.#value);
    for (let count = this.#chunks; count % 2 === 0; count /= 2) {
      value = parentOf(this.#stack.pop() as Uint32Array, value, PARENT);
    }
    this.#stack.push(value);
    this.#value.set(IV);
    this.#blocksInChunk = 0;
  }
}

function parentOf(left: Uint32Array, right: Uint32Array, flags: number): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(16);
  words.set(left);
  words.set(right, 8);
  const value = new Uint32Array(IV);
  compress(value, words, 0, BLOCK_BYTES, flags);
  return value;
}

function toHex(value: Uint32Array): string {
  const bytes = Buffer.alloc(32);
  for (let index = 0; index < 8; index += 1) bytes.writeUInt32LE(value[index] as number, index * 4);
  return bytes.toString("hex");
}
