/** Follows the events of a node through all its lives, as a page does: with the id it had last. */
import { setTimeout as sleep } from "node:timers/promises";
import { EventReader } from "../../../src/server/testing/read-events.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { ChaosNode } from "./chaos-node.ts";
import { SECRETS } from "./plan-work.ts";

export interface SeenEvent {
  cursor: number;
  job: JobMessage;
}

const LOOK_MS = 50;

export class NodeFollower implements AsyncDisposable {
  readonly node: ChaosNode;
  readonly seen: SeenEvent[] = [];
  /** Events that carried what must not be there; sentences. */
  readonly broken: string[] = [];
  /** How often it came back. */
  returns = 0;
  /** Snapshots that came in place of what was missed too long. */
  snapshots = 0;
  progress = 0;
  removed = 0;
  readonly #stop = new AbortController();
  readonly #done: Promise<void>;

  constructor(node: ChaosNode) {
    this.node = node;
    this.#done = this.#follow();
  }

  /** The last position it has reached. */
  get cursor(): number {
    return this.seen.at(-1)?.cursor ?? 0;
  }

  async #follow(): Promise<void> {
    let last = "0";
    while (!this.#stop.signal.aborted) {
      const reader = await this.#open(last);
      if (reader === null) {
        await sleep(LOOK_MS);
        continue;
      }
      let taken = 0;
      while (!this.#stop.signal.aborted && !reader.ended) {
        await sleep(LOOK_MS);
        for (; taken < reader.events.length; taken += 1) last = this.#take(reader, taken, last);
      }
      for (; taken < reader.events.length; taken += 1) last = this.#take(reader, taken, last);
      reader.close();
      this.returns += 1;
    }
  }

  async #open(last: string): Promise<EventReader | null> {
    const { url } = this.node;
    if (url === null) return null;
    const reader = await EventReader.open(url, "/events", { "last-event-id": last }).catch(() => null);
    if (reader === null || reader.status === 200) return reader;
    reader.close();
    return null;
  }

  #take({ events }: EventReader, index: number, last: string): string {
    const { id, type, data } = events[index] as (typeof events)[number];
    const told = JSON.stringify(data);
    for (const secret of Object.values(SECRETS))
      if (told.includes(secret)) this.broken.push(`an event of ${this.node.name} tells ${secret}: ${told}`);
    if (type === "job") this.#takeJob(Number(id), data as unknown as JobMessage);
    else if (type === "snapshot") this.snapshots += 1;
    else if (type === "removed") this.removed += 1;
    else if (type === "progress") this.#takeProgress(data as { jobs: Pick<JobMessage, "id" | "progress">[] });
    return id ?? last;
  }

  #takeJob(cursor: number, job: JobMessage): void {
    if (cursor <= this.cursor)
      this.broken.push(`${this.node.name} told ${cursor} after it had told ${this.cursor}`);
    if (job.status !== "COMPLETE" && job.progress.percent === 100)
      this.broken.push(`${job.name} is at 100 % and ${job.status}`);
    this.seen.push({ cursor, job });
  }

  #takeProgress({ jobs }: { jobs: Pick<JobMessage, "id" | "progress">[] }): void {
    this.progress += jobs.length;
    for (const { id, progress } of jobs)
      if (progress.percent === 100) this.broken.push(`progress of ${id} is at 100 % before it is complete`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#done;
  }
}
