/**
 * Whether to write on this thread or by the thread pool.
 *
 * On this thread a write into the page cache costs least, but everything else waits for it. So when writes begin
 * to take long (a slow disk, a cache that is full), the next ones go by the pool; now and then one is tried.
 */

/** Stops of this length, one after the other, are felt: a server answers nobody meanwhile. */
const LONG_MS = 25;
/** How much of the mean the latest write is: one that another process held up is no slow disk yet. */
const WEIGHT = 1 / 8;
/** Writes by the pool before one is tried on this thread again: at 1 MiB each, so many in at most 1 part of 64. */
const WRITES_BY_POOL = 64;
/** After more such writes in a row: a slow disk stays slow. */
const MOST_WRITES_BY_POOL = 4096;

export class WritePace {
  #byPool = 0;
  #next = WRITES_BY_POOL;
  #meanMs = 0;

  /** Whether the next write may hold this thread. */
  get mayBlock(): boolean {
    return this.#byPool === 0;
  }

  /** A write on this thread took so long. */
  blocked(ms: number): void {
    this.#meanMs += (ms - this.#meanMs) * WEIGHT;
    if (this.#meanMs >= LONG_MS) {
      this.#byPool = this.#next;
      this.#meanMs = 0;
      this.#next = Math.min(MOST_WRITES_BY_POOL, this.#next * 2);
    } else if (ms < LONG_MS) {
      this.#next = WRITES_BY_POOL;
    }
  }

  /** A write went by the pool. */
  passed(): void {
    if (this.#byPool > 0) this.#byPool--;
  }
}
