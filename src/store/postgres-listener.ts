import { setTimeout as sleep } from "node:timers/promises";
import type { Client, Notification } from "pg";
import { CHANGES_CHANNEL } from "./postgres-changes.ts";
import type { PostgresPool } from "./postgres-pool.ts";

/**
 * How often the newest change is looked for though nothing was heard: a net under notifications, which a pooler on
 * the way may swallow; and a sign of life, without which a dead connection is not noticed. One indexed row.
 */
const LOOK_MS = 2_000;
/** Pause before connecting again. */
const RECONNECT_MS = 500;

/** Hears of changes that others commit, over a connection of its own. */
export class PostgresListener {
  readonly #pool: PostgresPool;
  readonly #heard = new Set<() => void>();
  #work: { stop: AbortController; ended: Promise<void> } | null = null;
  /** The newest change that a notification told of. */
  #told = 0;
  #clockAheadMs = 0;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  /** What the database's clock is ahead of ours, as of the last look. Milliseconds. */
  get clockAheadMs(): number {
    return this.#clockAheadMs;
  }

  /** Begins, and resolves once it hears, or has failed to for the first time: then it goes on trying. */
  open(): Promise<void> {
    const stop = new AbortController();
    const tried = Promise.withResolvers<void>();
    this.#work ??= { stop, ended: this.#keepListening(stop.signal, tried.resolve) };
    return tried.promise;
  }

  listen(heard: () => void): () => void {
    this.#heard.add(heard);
    return () => {
      this.#heard.delete(heard);
    };
  }

  async close(): Promise<void> {
    this.#work?.stop.abort();
    await this.#work?.ended;
    this.#work = null;
  }

  async #keepListening(signal: AbortSignal, tried: () => void): Promise<void> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const client = this.#pool.lonelyClient();
      const broken = new AbortController();
      // Without a listener an error of the connection would end the process.
      client.on("error", () => broken.abort());
      client.on("end", () => broken.abort());
      client.on("notification", (notification) => this.#take(notification));
      try {
        await this.#begin(client);
        // What was committed while nobody listened is not told any more.
        if (!isFirst) this.#tell();
        tried();
        await this.#watch(client, AbortSignal.any([signal, broken.signal]));
      } catch {
        // The verbs say what is wrong, to somebody who can do something about it.
      }
      tried();
      await client.end().catch(() => {});
      await pause(RECONNECT_MS, signal);
    }
  }

  async #begin(client: Client): Promise<void> {
    await client.connect();
    await client.query(`listen ${CHANGES_CHANNEL}`);
    this.#told = Math.max(this.#told, await this.#look(client));
  }

  async #watch(client: Client, signal: AbortSignal): Promise<void> {
    for (let suspect = 0; ;) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return;
      const newest = await this.#look(client);
      // A notification may still be on its way; after two looks it is not.
      if (suspect > this.#told) {
        this.#told = suspect;
        this.#tell();
      }
      suspect = newest;
    }
  }

  /** Answers the newest change. Compares clocks by the way. */
  async #look(client: Client): Promise<number> {
    const askedAt = Date.now();
    const { rows } = await client.query<{ newest: number; now: number }>(
      `select (select coalesce(max(cursor), 0) from changes) as newest,
              floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
    );
    const answeredAt = Date.now();
    const [row] = rows;
    if (row === undefined) return 0;
    this.#clockAheadMs = Math.round(row.now - (askedAt + answeredAt) / 2);
    return row.newest;
  }

  #take({ payload = "" }: Notification): void {
    const space = payload.indexOf(" ");
    this.#told = Math.max(this.#told, Number(payload.slice(0, space)) || 0);
    if (payload.slice(space + 1) !== this.#pool.name) this.#tell();
  }

  #tell(): void {
    for (const heard of this.#heard) heard();
  }
}

/** Ends early, and without a word, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
