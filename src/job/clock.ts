/** Time as the rest of the program sees it, so that tests can hold it still. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Resolves after `ms` milliseconds, or at once when the signal aborts. Never rejects. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /**
   * Acts after `ms` milliseconds, unless it is called off by what it answers: a deadline that is hardly ever met
   * costs a fraction of a sleep that is aborted. Where a clock has none, `sleep` has to do.
   */
  after?(ms: number, act: () => void): () => void;
}

/** Longest time a timer can be set to; a longer one would fire at once (HTML §8.7, Node's setTimeout). */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    let left = ms;
    while (left > LONGEST_TIMER_MS) {
      await sleepOnce(LONGEST_TIMER_MS, signal);
      if (signal?.aborted === true) return;
      left -= LONGEST_TIMER_MS;
    }
    await sleepOnce(left, signal);
  },
  after: (ms, act) => {
    const timer = setTimeout(act, Math.min(ms, LONGEST_TIMER_MS));
    return () => clearTimeout(timer);
  },
};

function sleepOnce(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted === true) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done, { once: true });
  });
}
