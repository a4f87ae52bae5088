import type { Job } from "../job/job.ts";
import type { JobFilter, JobStore } from "../job/store-contract.ts";

/** Paused jobs looked at in one sweep; those behind them wait for the next. */
const SWEEP_LENGTH = 500;

/**
 * Paused jobs, so many at a time: each time the next ones, and after the last the first again. Most may be paused by a
 * person; they must not hide those that can go on.
 */
export class PausedRound {
  readonly #store: Pick<JobStore, "list">;
  readonly #filter: Pick<JobFilter, "place">;
  #after: string | undefined;

  constructor(store: Pick<JobStore, "list">, filter: Pick<JobFilter, "place"> = {}) {
    this.#store = store;
    this.#filter = filter;
  }

  async next(): Promise<Job[]> {
    const page = await this.#store.list({
      ...this.#filter,
      kinds: ["paused"],
      sort: "oldest",
      limit: SWEEP_LENGTH,
      ...(this.#after === undefined ? {} : { after: this.#after }),
    });
    this.#after = page.next ?? undefined;
    return page.jobs;
  }
}
