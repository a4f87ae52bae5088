/** Milliseconds that go on while the machine sleeps, and that nobody sets. */
import { uptime } from "node:os";

/** The two clocks are of different grain; a sleep that is shorter does no harm. */
const SLEEP_MS = 5_000;
/** Asking for the uptime reads a file: not for every question. */
const ASK_MS = 100;

interface Clocks {
  /** Stands still while the machine sleeps. */
  monotonic: () => number;
  /** Milliseconds since the machine was started, those that it slept included. */
  uptime: () => number;
}

const SYSTEM: Clocks = { monotonic: () => performance.now(), uptime: () => uptime() * 1000 };

export class AwakeClock {
  readonly #clocks: Clocks;
  /** By how much the uptime is ahead. */
  #ahead: number;
  #askedAt: number;
  #sleptMs = 0;

  constructor(clocks: Clocks = SYSTEM) {
    this.#clocks = clocks;
    this.#askedAt = clocks.monotonic();
    this.#ahead = clocks.uptime() - this.#askedAt;
  }

  now(): number {
    const monotonic = this.#clocks.monotonic();
    if (monotonic - this.#askedAt >= ASK_MS) {
      this.#askedAt = monotonic;
      const slept = this.#clocks.uptime() - monotonic - this.#ahead;
      if (slept - this.#sleptMs > SLEEP_MS) this.#sleptMs = slept;
    }
    return monotonic + this.#sleptMs;
  }
}
