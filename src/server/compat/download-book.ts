/** All jobs of commands, as old system C's clients and its files have them. */
import type { Engine } from "../../engine/engine-contract.ts";
import type { Hosts } from "../../job/host-contract.ts";
import type { Host } from "../../job/host.ts";
import type { Job } from "../../job/job.ts";
import { commandsOf } from "./download-view.ts";
import { JobBook } from "./job-book.ts";

export interface DownloadJob {
  job: Job;
  /** Null for this machine, and for an instance that is forgotten. */
  host: Host | null;
}

export class DownloadBook {
  readonly #book: JobBook<Job>;
  readonly #hosts: Pick<Hosts, "list">;

  constructor(engine: Engine, hosts: Pick<Hosts, "list">) {
    this.#book = new JobBook({ engine, view: (job) => (commandsOf(job) === null ? null : job) });
    this.#hosts = hosts;
  }

  /** Keeps up with the feed until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.#book.follow(signal);
  }

  /** The oldest first. */
  async collect(): Promise<DownloadJob[]> {
    const jobs = await this.#book.collect();
    const hosts = new Map((await this.#hosts.list()).map((host) => [host.id, host]));
    return [...jobs.values()]
      .toSorted((one, other) => one.sequence - other.sequence)
      .map((job) => ({ job, host: hostOf(job, hosts) }));
  }
}

function hostOf({ place }: Job, hosts: ReadonlyMap<string, Host>): Host | null {
  return place.kind === "ssh" ? (hosts.get(place.hostId) ?? null) : null;
}
