/** A clock on which nothing takes time but sleeping: it jumps from one end of a sleep to the next. */
import type { Clock } from "../../job/clock.ts";

interface Sleeper {
  at: number;
  wake: () => void;
}

export class JumpClock implements Clock {
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted === true) return resolve();
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });
  }

  /** How many sleep. */
  get sleepers(): number {
    return this.#sleepers.length;
  }

  async advanceTo(end: number): Promise<void> {
    for (;;) {
      await settle();
      const next = this.#next();
      if (next === null || next.at > end) break;
      this.#now = Math.max(this.#now, next.at);
      next.wake();
    }
    this.#now = Math.max(this.#now, end);
    await settle();
  }

  /** Goes on until the promise is settled. */
  async finish<T>(promise: Promise<T> | undefined): Promise<void> {
    let over = false;
    const end = (): void => {
      over = true;
    };
    void promise?.then(end, end);
    await settle();
    while (!over && promise !== undefined) {
      const next = this.#next();
      if (next === null) throw new Error("nobody sleeps, yet it does not end");
      await this.advanceTo(next.at);
    }
    await promise;
  }

  #next(): Sleeper | null {
    const at = Math.min(...this.#sleepers.map((sleeper) => sleeper.at));
    return this.#sleepers.find((sleeper) => sleeper.at === at) ?? null;
  }
}

/** Lets everything that waits for no time go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
