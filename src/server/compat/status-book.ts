/** All downloads of this node, keyed by destination, as old system B's clients and its JSON file have them. */
import type { Engine } from "../../engine/engine-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job } from "../../job/job.ts";
import type { ModelStatus } from "../../wire/models.ts";
import { JobBook } from "./job-book.ts";
import { toModelStatus } from "./model-status.ts";

export type StatusByDestination = Record<string, ModelStatus>;

interface Entry {
  destination: string;
  status: ModelStatus;
  /** Null while the job has not ended. */
  endedAt: number | null;
}

export class StatusBook {
  readonly #book: JobBook<Entry>;

  constructor(engine: Engine) {
    const { node } = engine;
    this.#book = new JobBook({ engine, place: node, view: (job) => toEntry(job, node) });
  }

  /** Keeps up with the feed until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.#book.follow(signal);
  }

  async collect(): Promise<StatusByDestination> {
    // From entries, not by assignment: paths are keys like any other, `__proto__` must not be more.
    return Object.fromEntries(await this.entries());
  }

  /** By destination. A job that has not changed is told by the same object as before. */
  async entries(): Promise<Map<string, ModelStatus>> {
    const counting = new Map<string, Entry>();
    for (const entry of (await this.#book.collect()).values()) {
      const other = counting.get(entry.destination);
      if (other === undefined || counts(entry, other)) counting.set(entry.destination, entry);
    }
    const entries = new Map<string, ModelStatus>();
    for (const [destination, { status }] of counting) entries.set(destination, status);
    return entries;
  }
}

function toEntry(job: Job, node: string): Entry | null {
  const { destination, place, state } = job;
  const isHere = place.kind === "node" && place.name === node;
  const status = isHere && destination !== null ? toModelStatus(job) : null;
  if (status === null || destination === null) return null;
  return { destination, status, endedAt: isEnded(state) ? (job.endedAt ?? 0) : null };
}

/** Of the jobs of one destination the one that has not ended counts, else the one that ended last. */
function counts(entry: Entry, other: Entry): boolean {
  if (other.endedAt === null) return false;
  return entry.endedAt === null || entry.endedAt > other.endedAt;
}
