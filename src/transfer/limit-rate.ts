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
 * A token bucket: on average no more than the rate goes through, however many share it. Whoever comes pays for
 * a piece and waits until all that was paid up to then is earned: first come, first served, a piece for each
 * in turn.
 */
export class RateLimit {
  readonly #rate: () => number | null;
  readonly #clock: Clock;
  /** Bytes that ever went through. */
  #spent = 0;
  /** Bytes that were ever allowed: at most a burst more than went through. */
  #earned: number;
  #at: number;

  /** @param rate bytes per second at present, or null for no limit; asked again and again */
  constructor(rate: () => number | null, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#earned = (rate() ?? 0) * BURST_SECONDS;
    this.#at = clock.now();
  }

  get isOff(): boolean {
    return this.#rate() === null;
  }

  /** Takes the bytes out of the bucket; resolves when they are earned. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    this.#refill();
    this.#spent += bytes;
    const due = this.#spent;
    while (!signal.aborted) {
      const rate = this.#refill();
      if (rate === null) return;
      const waitMs = ((due - this.#earned) / rate) * 1000;
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
    this.#earned =
      rate === null
        ? this.#spent
        : Math.min(this.#spent + rate * BURST_SECONDS, this.#earned + seconds * rate);
    return rate;
  }
}

/** What a run has to keep: its own limit and the one it shares with all others. */
export function limitsOf({ options, settings }: Pick<Run, "options" | "settings">): readonly RateLimit[] {
  return [
    new RateLimit(options.limitBytesPerSecond, settings.clock),
    ...(settings.sharedLimit === null ? [] : [settings.sharedLimit]),
  ];
}

export function limitRate(take: TakeBytes, limits: readonly RateLimit[], signal: AbortSignal): TakeBytes {
  return (bytes) => {
    const taken = take(bytes);
    if (limits.every((limit) => limit.isOff)) return taken;
    return payAfter(taken, bytes.length);
  };

  async function payAfter(taken: Promise<void> | undefined, bytes: number): Promise<void> {
    await taken;
    for (const limit of limits) await limit.spend(bytes, signal);
  }
}
