/** Bandwidth limits wrap whatever takes the bytes. */
import type { Clock } from "../job/clock.ts";
import type { TakeBytes } from "./http-answer.ts";
import type { Run } from "./transfer-run.ts";

/** How much of a second's bytes may come at once after a pause: smooth, without a timer per packet. */
const BURST_SECONDS = 0.25;
/** Shorter waits are saved up: timers are no more exact than this. */
const SHORTEST_WAIT_MS = 5;
/** Longest sleep: a limit that is lifted meanwhile should be felt soon. */
const LONGEST_SLEEP_MS = 500;

/**
 * A token bucket: on average no more than the rate goes through, however many share it. Whoever comes
 * pays for a piece and waits until the bucket is no longer overdrawn, so that all get pieces in turn.
 */
export class RateLimit {
  readonly #rate: () => number | null;
  readonly #clock: Clock;
  #credit = 0;
  #at: number;

  /** @param rate bytes per second at present, or null for no limit; asked again and again */
  constructor(rate: () => number | null, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#credit = (rate() ?? 0) * BURST_SECONDS;
    this.#at = clock.now();
  }

  /** Takes the bytes out of the bucket; resolves when it is no longer overdrawn. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    this.#refill();
    this.#credit -= bytes;
    while (!signal.aborted) {
      const rate = this.#refill();
      if (rate === null) return;
      const waitMs = (-this.#credit / rate) * 1000;
      if (waitMs < SHORTEST_WAIT_MS) return;
      await this.#clock.sleep(Math.min(waitMs, LONGEST_SLEEP_MS), signal);
    }
  }

  /** Adds what was earned since the last time. Answers the present rate. */
  #refill(): number | null {
    const now = this.#clock.now();
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    const rate = this.#rate();
    // What was owed under a limit is forgiven with it.
    this.#credit = rate === null ? 0 : Math.min(rate * BURST_SECONDS, this.#credit + seconds * rate);
    return rate;
  }
}

export function limitRate(take: TakeBytes, limits: readonly RateLimit[], signal: AbortSignal): TakeBytes {
  if (limits.length === 0) return take;
  return async (bytes) => {
    await take(bytes);
    for (const limit of limits) await limit.spend(bytes.length, signal);
  };
}

/** The limits one run keeps: its own, and the one for all. */
export function limitsOf({ options, settings }: Pick<Run, "options" | "settings">): readonly RateLimit[] {
  const { limitBytesPerSecond: own } = options;
  return [
    ...(own === null ? [] : [new RateLimit(() => own, settings.clock)]),
    ...(settings.sharedLimit === null ? [] : [settings.sharedLimit]),
  ];
}
