/** Jobs as the old systems' clients and files see them, kept up to date by the feed. */
import type { Engine } from "../../engine/engine-contract.ts";
import { everyJob } from "../../engine/every-job.ts";
import type { Job, JobId } from "../../job/job.ts";
import type { Cursor, JobFilter } from "../../job/store-contract.ts";

/**
 * How long a change may take from the store to here before everything is read anew: with 100,000 jobs that takes
 * seconds, and the feed is never that far behind. Milliseconds.
 */
const CATCH_UP_MS = 2_000;

export interface JobBookOptions<View> {
  engine: Engine;
  /** Name of a place whose jobs alone are looked at. */
  place?: string;
  /** What is kept of a job; null for one that is of no interest. */
  view(job: Job): View | null;
}

/**
 * Clients and files ask every second or two, and most of the answer stays the same: so it is kept, and
 * changed as the feed tells. What it says is never older than the store at the time of asking: where the
 * feed is behind (or has not begun, or has ended), the store is read instead.
 */
export class JobBook<View> {
  readonly #options: JobBookOptions<View>;
  #entries = new Map<JobId, View>();
  /** The entries hold everything up to here; −1: nothing was read yet. */
  #seen: Cursor = -1;
  #isFollowing = false;
  /** Whoever waits for what the feed still has to bring. */
  readonly #waiting = new Set<() => void>();

  constructor(options: JobBookOptions<View>) {
    this.#options = options;
  }

  /** Keeps up with the feed until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    try {
      await this.#readAll();
      this.#isFollowing = true;
      for await (const item of this.#options.engine.feed(this.#seen, signal)) {
        if (item.kind !== "job" && item.kind !== "removed" && item.kind !== "gap") continue;
        if (item.kind === "gap") await this.#readAll();
        // What was read from the store in between is newer than what the feed had in hand.
        else if (item.cursor > this.#seen) {
          if (item.kind === "job") this.#put(item.job, this.#entries);
          else this.#entries.delete(item.id);
          this.#seen = item.cursor;
        }
        for (const wake of this.#waiting) wake();
      }
    } finally {
      this.#isFollowing = false;
      for (const wake of this.#waiting) wake();
    }
  }

  /** All of them, the oldest first. */
  async collect(): Promise<Map<JobId, View>> {
    const cursor = await this.#options.engine.cursor();
    await this.#catchUp(cursor);
    if (this.#seen < cursor) await this.#readAll();
    const collected = new Map(this.#entries);
    // Progress moves without changes: running jobs are looked at each time, there are few of them.
    for await (const job of this.#jobs({ kinds: ["running"] })) {
      const view = this.#options.view(job);
      if (view !== null) collected.set(job.id, view);
    }
    return collected;
  }

  /** Waits until the feed has brought everything up to there, as long as it may still do so. */
  async #catchUp(cursor: Cursor): Promise<void> {
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      for (const wake of this.#waiting) wake();
    }, CATCH_UP_MS);
    while (this.#seen < cursor && this.#isFollowing && !late)
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    clearTimeout(timer);
  }

  async #readAll(): Promise<void> {
    const cursor = await this.#options.engine.cursor();
    // A page at a time: of most jobs little is kept.
    const entries = new Map<JobId, View>();
    for await (const job of this.#jobs({})) this.#put(job, entries);
    // The feed may have got further meanwhile.
    if (cursor < this.#seen) return;
    this.#entries = entries;
    this.#seen = cursor;
  }

  #put(job: Job, entries: Map<JobId, View>): void {
    const view = this.#options.view(job);
    if (view === null) entries.delete(job.id);
    else entries.set(job.id, view);
  }

  #jobs(filter: JobFilter): AsyncGenerator<Job> {
    const { engine, place } = this.#options;
    return everyJob(place === undefined ? filter : { ...filter, place }, "oldest", engine);
  }
}
