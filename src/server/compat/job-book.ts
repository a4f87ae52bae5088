/** Jobs as the old systems' clients and files see them, kept up to date by the feed. */
import { setImmediate as turn } from "node:timers/promises";
import type { Engine } from "../../engine/engine-contract.ts";
import type { Job, JobId } from "../../job/job.ts";
import type { Cursor } from "../../job/store-contract.ts";

const PAGE_LENGTH = 1000;
/** Turns of the event loop that a change may take from the store to here before everything is read anew. */
const TURNS_TO_CATCH_UP = 3;

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

  constructor(options: JobBookOptions<View>) {
    this.#options = options;
  }

  /** Keeps up with the feed until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#readAll();
    for await (const item of this.#options.engine.feed(this.#seen, signal)) {
      if (item.kind === "progress" || item.kind === "limit" || item.kind === "settings") continue;
      if (item.kind === "gap") await this.#readAll();
      // What was read from the store in between is newer than what the feed had in hand.
      else if (item.cursor > this.#seen) {
        if (item.kind === "job") this.#put(item.job);
        else this.#entries.delete(item.id);
        this.#seen = item.cursor;
      }
    }
  }

  /** All of them, the oldest first. */
  async collect(): Promise<Map<JobId, View>> {
    const cursor = await this.#options.engine.cursor();
    for (let turns = 0; this.#seen < cursor && turns < TURNS_TO_CATCH_UP; turns += 1) await turn();
    if (this.#seen < cursor) await this.#readAll();
    const collected = new Map(this.#entries);
    // Progress moves without changes: running jobs are looked at each time, there are few of them.
    for await (const job of this.#jobs({ kinds: ["running"] })) {
      const view = this.#options.view(job);
      if (view !== null) collected.set(job.id, view);
    }
    return collected;
  }

  async #readAll(): Promise<void> {
    const cursor = await this.#options.engine.cursor();
    const jobs: Job[] = [];
    for await (const job of this.#jobs({})) jobs.push(job);
    // The feed may have got further meanwhile.
    if (cursor < this.#seen) return;
    this.#entries = new Map();
    for (const job of jobs) this.#put(job);
    this.#seen = cursor;
  }

  #put(job: Job): void {
    const view = this.#options.view(job);
    if (view === null) this.#entries.delete(job.id);
    else this.#entries.set(job.id, view);
  }

  async *#jobs(filter: { kinds?: readonly ["running"] }): AsyncGenerator<Job> {
    const { engine, place } = this.#options;
    let after: string | null = null;
    do {
      const position: { after?: string } = after === null ? {} : { after };
      const page = await engine.list({
        ...filter,
        ...position,
        ...(place === undefined ? {} : { place }),
        sort: "oldest",
        limit: PAGE_LENGTH,
      });
      yield* page.jobs;
      after = page.next;
    } while (after !== null);
  }
}
