/** Looks at the store for those who follow take at most this part of the time: the jobs to look at may be thousands. */
const PART_OF_TIME = 0.05;
/** Nobody is kept waiting longer. A clock that is set while we look makes hours of a moment. Milliseconds. */
const MOST_MS = 60_000;

/** When to look again, by how long the last look took. Times are of one clock, which may be set meanwhile. */
export class LookPause {
  #until = 0;

  isOver(now: number): boolean {
    const left = this.#until - now;
    return left <= 0 || left > MOST_MS;
  }

  begin(lookedFrom: number, now: number): void {
    this.#until = now + Math.min(MOST_MS, (now - lookedFrom) / PART_OF_TIME);
  }
}
