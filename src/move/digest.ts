/** Says whether two tables hold the same rows, in whatever order they are read. */
import { createHash } from "node:crypto";

export type Value = string | number | null;
export type Row = Record<string, Value>;

/** SHA-256 gives numbers below this. */
const MODULUS = 2n ** 256n;

/**
 * Rows are counted, and their hashes are added up: each database sorts texts in its own way, and a sum does not ask for
 * an order. Unlike XOR it notices a row that is there twice.
 */
export class Digest {
  readonly #columns: readonly string[];
  #sum = 0n;
  #rows = 0;

  constructor(columns: readonly string[]) {
    this.#columns = columns;
  }

  get rows(): number {
    return this.#rows;
  }

  add(row: Row): void {
    const text = JSON.stringify(this.#columns.map((column) => row[column] ?? null));
    const hash = createHash("sha256").update(text).digest("hex");
    this.#sum = (this.#sum + BigInt(`0x${hash}`)) % MODULUS;
    this.#rows += 1;
  }

  hex(): string {
    return this.#sum.toString(16).padStart(64, "0");
  }
}
