import type { Clock } from "../job/clock.ts";

/** Somebody who works round by round is told that there is more; what rings while he works is not lost. */
export class Bell {
  #rung = Promise.withResolvers<void>();

  ring(): void {
    this.#rung.resolve();
  }

  /** Until it rings, or the time is over. */
  async wait(clock: Clock, ms: number): Promise<void> {
    const over = new AbortController();
    await Promise.race([this.#rung.promise, clock.sleep(ms, over.signal)]);
    over.abort();
    this.#rung = Promise.withResolvers<void>();
  }
}
