/**
 * Whether to write on this thread or by the thread pool.
 *
 * On this thread a write into the page cache costs least, but everything else waits for it. So as soon as one
 * takes long (a slow disk, a cache that is full), the next ones go by the pool; now and then one is tried.
 */

/** A stop this long is felt: a server answers nobody meanwhile. */
const LONG_MS = 25;
/** Writes by the pool before one is tried on this thread again: at 1 MiB each, so many in at most 1 part of 64. */
const WRITES_BY_POOL = 64;
/** After more such writes in a row: a slow disk stays slow. */
const MOST_WRITES_BY_POOL = 4096;

export class WritePace {
  #byPool = 0;
  #next = WRITES_BY_POOL;

  /** Whether the next write may hold this thread. */
  get mayBlock(): boolean {
    return this.#byPool === 0;
  }

  /** A write on this thread took so long. */
  blocked(ms: number): void {
    if (ms < LONG_MS) {
      this.#next = WRITES_BY_POOL;
      return;
    }
    this.#byPool = this.#next;
    this.#next = Math.min(MOST_WRITES_BY_POOL, this.#next * 2);
  }

  /** A write went by the pool. */
  passed(): void {
    if (this.#byPool > 0) this.#byPool--;
  }
}
