/** How far back the shown speed looks. Short enough to follow a change, long enough not to flicker. */
const WINDOW_MS = 8_000;
/** Samples closer together are merged: bounds memory at two samples for each SPACING_MS of the window. */
const SPACING_MS = 250;

interface Sample {
  at: number;
  bytes: number;
}

/** Speed over the last seconds: bytes that came in the window, by the time they took. */
export class SpeedWindow {
  #samples: Sample[] = [];

  /**
   * Takes in how many bytes there are now. Fewer than before means a fresh start: the window empties. So it
   * does when the clock was set back, or the speed would be wrong until the old time is reached again.
   */
  add(bytes: number, now: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && (bytes < last.bytes || now < last.at)) this.#samples = [];
    const before = this.#samples.at(-2);
    if (last !== undefined && before !== undefined && now - before.at < SPACING_MS) this.#samples.pop();
    this.#samples.push({ at: now, bytes });
    // One sample older than the window stays, so that the window is covered to its edge.
    while (this.#samples.length > 2 && (this.#samples[1] as Sample).at <= now - WINDOW_MS)
      this.#samples.shift();
  }

  /** How many samples are kept. */
  get length(): number {
    return this.#samples.length;
  }

  /** Bytes per second up to `now`; 0 when nothing came in the window. */
  bytesPerSecond(now: number): number {
    const first = this.#samples[0];
    const last = this.#samples.at(-1);
    if (first === undefined || last === undefined) return 0;
    const ms = now - first.at;
    if (ms < SPACING_MS || last.at <= now - WINDOW_MS) return 0;
    return ((last.bytes - first.bytes) * 1000) / ms;
  }
}
