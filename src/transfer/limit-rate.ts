/** Bandwidth limits wrap whatever takes the bytes. */
import type { Clock } from "../job/clock.ts";
import type { TakeBytes } from "./http-answer.ts";

/** How much of a second's bytes may come at once after a pause: smooth, without a timer per packet. */
const BURST_SECONDS = 0.25;
/** Shorter waits are saved up: timers are no more exact than this. */
const SHORTEST_WAIT_MS = 5;

/** A token bucket: on average no more than the rate goes through. */
export class RateLimit {
  readonly #bytesPerSecond: number;
  readonly #clock: Clock;
  #credit: number;
  #at: number;

  constructor(bytesPerSecond: number, clock: Clock) {
    this.#bytesPerSecond = bytesPerSecond;
    this.#clock = clock;
    this.#credit = bytesPerSecond * BURST_SECONDS;
    this.#at = clock.now();
  }

  /** Takes the bytes out of the bucket; resolves when it is no longer overdrawn. */
  async spend(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    const burst = this.#bytesPerSecond * BURST_SECONDS;
    const earned = (Math.max(0, now - this.#at) / 1000) * this.#bytesPerSecond;
    this.#credit = Math.min(burst, this.#credit + earned) - bytes;
    this.#at = now;
    const waitMs = (-this.#credit / this.#bytesPerSecond) * 1000;
    if (waitMs >= SHORTEST_WAIT_MS) await this.#clock.sleep(waitMs, signal);
  }
}

export function limitRate(take: TakeBytes, limit: RateLimit | null, signal: AbortSignal): TakeBytes {
  if (limit === null) return take;
  return async (bytes) => {
    await take(bytes);
    await limit.spend(bytes.length, signal);
  };
}
