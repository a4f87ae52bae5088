/**
 * Whether to wait for the disk on this thread or by the thread pool, for calls that take either no time at all or a
 * long one: a sync, a new name. One long wait says little (another process may have had the processor meanwhile), so
 * the pool takes the next few and then one is tried again here; each that is long again doubles how many.
 */

const FIRST_BY_POOL = 4;
/** A slow disk stays slow: then one call in so many holds this thread. */
const MOST_BY_POOL = 4096;

export class ProbePace {
  readonly #longMs: number;
  #byPool = 0;
  #next = FIRST_BY_POOL;

  /** @param longMs from here on a wait is long */
  constructor(longMs: number) {
    this.#longMs = longMs;
  }

  /** Whether the next call may hold this thread. */
  get mayBlock(): boolean {
    return this.#byPool === 0;
  }

  /** A call on this thread took so long. */
  blocked(ms: number): void {
    if (ms < this.#longMs) {
      this.#next = FIRST_BY_POOL;
      return;
    }
    this.#byPool = this.#next;
    this.#next = Math.min(MOST_BY_POOL, this.#next * 2);
  }

  /** A call went by the pool. */
  passed(): void {
    if (this.#byPool > 0) this.#byPool -= 1;
  }
}
