import type { Clock } from "../../src/job/clock.ts";

interface Sleeper {
  at: number;
  wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class FakeClock implements Clock {
  #now: number;
  readonly #sleepers = new Set<Sleeper>();

  constructor(now = Date.UTC(2026, 0, 1)) {
    this.#now = now;
  }

  now(): number {
    return this.#now;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const sleeper: Sleeper = {
        at: this.#now + ms,
        wake: () => {
          this.#sleepers.delete(sleeper);
          signal?.removeEventListener("abort", sleeper.wake);
          resolve();
        },
      };
      if (signal?.aborted === true) return resolve();
      this.#sleepers.add(sleeper);
      signal?.addEventListener("abort", sleeper.wake, { once: true });
    });
  }

  /** Moves on in small steps, so that what wakes can sleep again in between, as in life. */
  async advance(ms: number, stepMs = 500): Promise<void> {
    const end = this.#now + ms;
    while (this.#now < end) {
      this.#now = Math.min(end, this.#now + stepMs);
      for (const sleeper of this.#sleepers) if (sleeper.at <= this.#now) sleeper.wake();
      await settle();
    }
  }

  /** Jumps without waking anybody on the way, as when a machine sleeps. */
  async jump(ms: number): Promise<void> {
    await this.advance(ms, ms);
  }
}

/** A store that was asked much leaves the loop some of them (src/store/sqlite-driver.ts). */
const TURNS = 8;

/** Lets everything that can go on without time passing go on: promises, file system and database answers. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < TURNS; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
