/** The jobs as aria2 sorts its downloads: active, waiting, stopped; and by their GIDs. */
import type { Engine } from "../../../engine/engine-contract.ts";
import { isEnded } from "../../../job/job-state.ts";
import type { Job } from "../../../job/job.ts";
import { comesFirst } from "../../../job/plan-move.ts";
import { JobBook } from "../job-book.ts";
import { gidOf, readGidStart } from "./gid.ts";
import { RpcError } from "./rpc-error.ts";

interface Entry {
  gid: string;
  job: Job;
}

export class JobShelf {
  readonly #book: JobBook<Entry>;

  constructor(engine: Engine) {
    this.#book = new JobBook({ engine, view: (job) => ({ gid: gidOf(job.id), job }) });
  }

  /** Keeps up with the feed until the signal aborts: without it everything is read anew after each change. */
  follow(signal: AbortSignal): Promise<void> {
    return this.#book.follow(signal);
  }

  async all(): Promise<Job[]> {
    return [...(await this.#book.collect()).values()].map(({ job }) => job);
  }

  /** The job of a GID, or of the beginning of one that no other begins with. */
  async find(text: string): Promise<Job> {
    const start = readGidStart(text);
    const found: Job[] = [];
    for (const { gid, job } of (await this.#book.collect()).values()) {
      if (gid === start) return job;
      if (gid.startsWith(start)) found.push(job);
    }
    if (found.length > 1) throw new RpcError(`GID ${start} is not unique`);
    const [only] = found;
    if (only === undefined) throw new RpcError(`GID ${start} is not found`);
    return only;
  }

  /** In the order they began. */
  async active(): Promise<Job[]> {
    return (await this.all()).filter(isActive).sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0));
  }

  /** In the order of the queue, those that are paused where they would stand. */
  async waiting(): Promise<Job[]> {
    return (await this.all()).filter(isWaiting).sort((a, b) => (comesFirst(a, b) ? -1 : 1));
  }

  /** The one that stopped last is the last. */
  async stopped(): Promise<Job[]> {
    return (await this.all())
      .filter(({ state }) => isEnded(state))
      .sort((a, b) => (a.endedAt ?? 0) - (b.endedAt ?? 0) || a.sequence - b.sequence);
  }
}

export function isActive({ state }: Pick<Job, "state">): boolean {
  return state.kind === "running";
}

export function isWaiting({ state }: Pick<Job, "state">): boolean {
  return !isEnded(state) && state.kind !== "running";
}
