/**
 * Priorities without starving: a job of high priority goes first, but of the jobs that are taken up in a lane every
 * fourth is the one that has waited longest, if it has waited for long. So a job with n older ones before it is taken
 * up within 4 · (n + 1) turns of its lane after its patience has run out, however many are added above it.
 */

/** Waiting this long is for long: below it priorities alone decide. */
export const PATIENCE_MS = 2 * 3_600_000;
/** One of so many turns is for the longest wait: priorities still decide most of the time. */
export const TURNS_PER_ROUND = 4;

/** Counts the turns of each lane. */
export class QueueTurns {
  readonly #taken = new Map<string, number>();

  /** Whether the next turn of a lane is for the longest wait. */
  isForLongest(lane: string): boolean {
    return (this.#taken.get(lane) ?? 0) + 1 >= TURNS_PER_ROUND;
  }

  /** A job of this lane was taken up. */
  took(lane: string): void {
    const taken = (this.#taken.get(lane) ?? 0) + 1;
    // A lane at its first turn needs no entry: lanes of hosts that are gone are not kept.
    if (taken >= TURNS_PER_ROUND) this.#taken.delete(lane);
    else this.#taken.set(lane, taken);
  }
}
