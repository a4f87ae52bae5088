/**
 * Which file is begun next. Small files are quick one by one, yet each waits for its server: many at a time. A large
 * file uses many connections by itself: few at a time. Which it is shows only when the server has answered, so an
 * origin begins with few, gets more with each file that was small, and fewer with each that is large. No I/O.
 */

/** Small files of one origin at once: more only wait for each other. */
const MOST_SMALL = 16;
/** Large files of one origin at once, and how many are begun before anything is known of them. */
const MOST_LARGE = 4;
/** From here on a file is large: its bytes take longer than the question for them. */
const LARGE_BYTES = 16 * 1024 * 1024;
/** Files at once at most, whatever the number of origins: each has connections, memory and descriptors. */
const MOST_AT_ONCE = 48;

export interface ScheduleItem {
  origin: string;
  /** Items with the same one come one after the other: they may be for one file. Null: on its own. */
  queue: string | null;
}

interface Origin {
  /** How many small files it gets at once. */
  room: number;
  small: number;
  large: number;
  /** Items that were passed over for want of room. */
  waiting: number[];
}

export class Schedule {
  readonly #items: readonly ScheduleItem[];
  readonly #jobs: number | null;
  readonly #origins = new Map<string, Origin>();
  readonly #atWork = new Map<number, "small" | "large">();
  /** Origins with items that wait. */
  readonly #passed = new Set<Origin>();
  /** Queues with an item that is at work or waits for room, and those that come after it. */
  readonly #queues = new Map<string, number[]>();
  /** The next item that was never looked at. */
  #cursor = 0;

  /** @param jobs items at once; null: as many as suit them */
  constructor(items: readonly ScheduleItem[], jobs: number | null) {
    this.#items = items;
    this.#jobs = jobs;
  }

  /** Index of the item to begin now, which counts as at work from here on; null if there is none. */
  next(): number | null {
    if (this.#atWork.size >= (this.#jobs ?? MOST_AT_ONCE)) return null;
    const earlier = this.#takePassed();
    if (earlier !== null) return this.#begin(earlier);
    while (this.#cursor < this.#items.length) {
      const index = this.#cursor++;
      if (this.#mustQueue(index)) continue;
      const origin = this.#originOf(index);
      if (origin.waiting.length === 0 && this.#hasRoom(origin)) return this.#begin(index);
      this.#passOver(index);
    }
    return null;
  }

  /** The server has said how large it is; null: it does not know. */
  sized(index: number, bytes: number | null): void {
    if (this.#atWork.get(index) !== "small" || bytes === null || bytes < LARGE_BYTES) return;
    this.#atWork.set(index, "large");
    const origin = this.#originOf(index);
    origin.small -= 1;
    origin.large += 1;
    origin.room = Math.max(MOST_LARGE, Math.floor(origin.room / 2));
  }

  ended(index: number): void {
    const size = this.#atWork.get(index);
    if (size === undefined) return;
    this.#atWork.delete(index);
    const origin = this.#originOf(index);
    origin[size] -= 1;
    if (size === "small") origin.room = Math.min(MOST_SMALL, origin.room + 1);
    this.#advanceQueue(index);
  }

  #begin(index: number): number {
    this.#atWork.set(index, "small");
    this.#originOf(index).small += 1;
    return index;
  }

  #hasRoom({ room, small, large }: Origin): boolean {
    return this.#jobs !== null || small + (large * room) / MOST_LARGE < room;
  }

  /** Of those that were passed over and may come now, the first of the list. */
  #takePassed(): number | null {
    let best: Origin | null = null;
    for (const origin of this.#passed) {
      const isEarlier = best === null || (origin.waiting[0] ?? 0) < (best.waiting[0] ?? 0);
      if (isEarlier && this.#hasRoom(origin)) best = origin;
    }
    const index = best?.waiting.shift() ?? null;
    if (best?.waiting.length === 0) this.#passed.delete(best);
    return index;
  }

  #passOver(index: number): void {
    const origin = this.#originOf(index);
    origin.waiting.push(index);
    this.#passed.add(origin);
  }

  /** True if another item of its queue is at work or waits; then it comes after that. */
  #mustQueue(index: number): boolean {
    const queue = this.#items[index]?.queue ?? null;
    if (queue === null) return false;
    const behind = this.#queues.get(queue);
    if (behind === undefined) this.#queues.set(queue, []);
    else behind.push(index);
    return behind !== undefined;
  }

  #advanceQueue(index: number): void {
    const queue = this.#items[index]?.queue ?? null;
    const next = queue === null ? undefined : this.#queues.get(queue)?.shift();
    if (next !== undefined) this.#passOver(next);
    else if (queue !== null) this.#queues.delete(queue);
  }

  #originOf(index: number): Origin {
    const key = this.#items[index]?.origin ?? "";
    const known = this.#origins.get(key);
    if (known !== undefined) return known;
    const origin: Origin = { room: MOST_LARGE, small: 0, large: 0, waiting: [] };
    this.#origins.set(key, origin);
    return origin;
  }
}
