/** How often something was tried in vain, by whatever it is counted by, and how long the next try has to wait for that. */
import type { Clock } from "../../job/clock.ts";

/** The first wait; it doubles with each failure after it. */
const FIRST_WAIT_MS = 5_000;
/** No wait is longer: nobody is kept out for ever, and 96 guesses a day find no password. */
const MAX_WAIT_MS = 15 * 60_000;
/** Failures are forgotten after this long without another one. */
const FORGET_MS = 60 * 60_000;
/** Remembered at most; beyond that the oldest go, who have waited longest. */
const MAX_REMEMBERED = 10_000;

interface Failures {
  count: number;
  last: number;
}

export class FailureBook {
  readonly #clock: Pick<Clock, "now">;
  readonly #failures = new Map<string, Failures>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  count(key: string): void {
    const before = this.#failures.get(key);
    const count = before === undefined || this.#isOld(before) ? 1 : before.count + 1;
    // Newest last: the oldest go first.
    this.#failures.delete(key);
    this.#failures.set(key, { count, last: this.#clock.now() });
    dropOldest(this.#failures);
  }

  /** So many of them were none. */
  takeBack(key: string, times: number): void {
    const failures = this.#failures.get(key);
    if (failures === undefined) return;
    failures.count -= times;
    if (failures.count <= 0) this.forget(key);
  }

  forget(key: string): void {
    this.#failures.delete(key);
  }

  /** Milliseconds until the next try; 0: now. The first waits are after `most` failures. */
  waitOf(key: string, most: number): number {
    const failures = this.#failures.get(key);
    if (failures === undefined || failures.count < most || this.#isOld(failures)) return 0;
    const ms = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures.count - most, 20));
    return Math.max(0, failures.last + ms - this.#clock.now());
  }

  #isOld({ last }: Failures): boolean {
    return this.#clock.now() - last > FORGET_MS;
  }
}

/** What strangers can fill does not grow without end. */
export function dropOldest(remembered: Map<string, unknown> | Set<string>): void {
  for (const key of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) return;
    remembered.delete(key);
  }
}
