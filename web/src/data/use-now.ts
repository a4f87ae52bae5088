/** The time, for what is told from now. One timer per pace serves every component. */
import { useSyncExternalStore } from "react";

class Ticker {
  readonly #everyMs: number;
  readonly #listeners = new Set<() => void>();
  #timer: ReturnType<typeof setInterval> | null = null;
  #now = Date.now();

  constructor(everyMs: number) {
    this.#everyMs = everyMs;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#timer ??= setInterval(() => {
      this.#now = Date.now();
      for (const each of this.#listeners) each();
    }, this.#everyMs);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size > 0 || this.#timer === null) return;
      clearInterval(this.#timer);
      this.#timer = null;
    };
  };

  readonly now = (): number => {
    // Without a timer the time would stand still between two subscriptions; but it must not change
    // from one call to the next, or React would draw without end.
    if (this.#timer === null && Date.now() - this.#now >= this.#everyMs) this.#now = Date.now();
    return this.#now;
  };
}

const seconds = new Ticker(1_000);
const halfMinutes = new Ticker(30_000);
const still = { subscribe: () => () => {}, now: () => 0 };

/** Epoch milliseconds: by the second for a countdown, by the half minute for `4 min ago`, not at all. */
export function useNow(pace: "second" | "minute" | "never"): number {
  const ticker = pace === "second" ? seconds : pace === "minute" ? halfMinutes : still;
  return useSyncExternalStore(ticker.subscribe, ticker.now);
}
