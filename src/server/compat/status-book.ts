/** All downloads of this node, keyed by destination, as old system B's clients and its JSON file have them. */
import { setImmediate as turn } from "node:timers/promises";
import type { Engine } from "../../engine/engine-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job, JobId } from "../../job/job.ts";
import type { Cursor } from "../../job/store-contract.ts";
import type { ModelStatus } from "../../wire/models.ts";
import { toModelStatus } from "./model-status.ts";

const PAGE_LENGTH = 1000;
/** Turns of the event loop that a change may take from the store to here before everything is read anew. */
const TURNS_TO_CATCH_UP = 3;

export type StatusByDestination = Record<string, ModelStatus>;

interface Entry {
  destination: string;
  status: ModelStatus;
  /** Null while the job has not ended. */
  endedAt: number | null;
}

/**
 * Clients and the file ask every second or two, and most of the answer stays the same: so it is kept, and
 * changed as the feed tells. What it says is never older than the store at the time of asking: where the
 * feed is behind (or has not begun, or has ended), the store is read instead.
 */
export class StatusBook {
  readonly #engine: Engine;
  #entries = new Map<JobId, Entry>();
  /** The entries hold everything up to here; −1: nothing was read yet. */
  #seen: Cursor = -1;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** Keeps up with the feed until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    await this.#readAll();
    for await (const item of this.#engine.feed(this.#seen, signal)) {
      if (item.kind === "progress" || item.kind === "limit") continue;
      if (item.kind === "gap") await this.#readAll();
      // What was read from the store in between is newer than what the feed had in hand.
      else if (item.cursor > this.#seen) {
        if (item.kind === "job") this.#put(item.job);
        else this.#entries.delete(item.id);
        this.#seen = item.cursor;
      }
    }
  }

  async collect(): Promise<StatusByDestination> {
    const cursor = await this.#engine.cursor();
    for (let turns = 0; this.#seen < cursor && turns < TURNS_TO_CATCH_UP; turns += 1) await turn();
    if (this.#seen < cursor) await this.#readAll();
    const live = await this.#readRunning();
    const counting = new Map<string, Entry>();
    for (const entry of this.#entries.values()) {
      const other = counting.get(entry.destination);
      if (other === undefined || counts(entry, other)) counting.set(entry.destination, entry);
    }
    // From entries, not by assignment: paths are keys like any other, `__proto__` must not be more.
    return Object.fromEntries(
      [...counting].map(([destination, { status }]) => [destination, live.get(status.job_id) ?? status]),
    );
  }

  async #readAll(): Promise<void> {
    const cursor = await this.#engine.cursor();
    const jobs: Job[] = [];
    for await (const job of this.#jobs({})) jobs.push(job);
    // The feed may have got further meanwhile.
    if (cursor < this.#seen) return;
    this.#entries = new Map();
    for (const job of jobs) this.#put(job);
    this.#seen = cursor;
  }

  /** Progress moves without changes: running jobs are looked at each time, there are few of them. */
  async #readRunning(): Promise<Map<JobId | undefined, ModelStatus>> {
    const running = new Map<JobId | undefined, ModelStatus>();
    for await (const job of this.#jobs({ kinds: ["running"] })) {
      const status = toModelStatus(job);
      if (status !== null) running.set(job.id, status);
    }
    return running;
  }

  #put(job: Job): void {
    const { id, destination, place, state } = job;
    const isHere = place.kind === "node" && place.name === this.#engine.node;
    const status = isHere && destination !== null ? toModelStatus(job) : null;
    if (status === null || destination === null) this.#entries.delete(id);
    else this.#entries.set(id, { destination, status, endedAt: isEnded(state) ? (job.endedAt ?? 0) : null });
  }

  async *#jobs(filter: { kinds?: readonly ["running"] }): AsyncGenerator<Job> {
    let after: string | null = null;
    do {
      const position: { after?: string } = after === null ? {} : { after };
      const page = await this.#engine.list({
        ...filter,
        ...position,
        place: this.#engine.node,
        sort: "newest",
        limit: PAGE_LENGTH,
      });
      yield* page.jobs;
      after = page.next;
    } while (after !== null);
  }
}

/** Of the jobs of one destination the one that has not ended counts, else the one that ended last. */
function counts(entry: Entry, other: Entry): boolean {
  if (other.endedAt === null) return false;
  return entry.endedAt === null || entry.endedAt > other.endedAt;
}
