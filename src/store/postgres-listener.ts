import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Client, Notification } from "pg";
import { AwakeClock } from "./awake-clock.ts";
import { CHANGES_CHANNEL } from "./postgres-guards.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import type { Db } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/**
 * How often the newest change is looked for though nothing was heard: a net under notifications, which a pooler on
 * the way may swallow; and a sign of life, without which a dead connection is not noticed. One indexed row.
 */
const LOOK_MS = 2_000;
/** The first half of the keys of the locks on nodes' names; the other is made of the name. */
const NODE_LOCKS = 0x4841_554c;
const NAME_PAUSE_MS = 250;
/** The database notices after 10 + 3 × 3 seconds that the other side is gone without a word (TCP's keep-alive). */
const NOTICE_DEATH =
  "set tcp_keepalives_idle = 10; set tcp_keepalives_interval = 3; set tcp_keepalives_count = 3";

/** Pause before connecting again. */
const RECONNECT_MS = 500;

export interface NodeName {
  /** Taken as long as the listener lives; null: none. */
  node: string | null;
  /** How long the first connection waits for it. */
  namePatienceMs: number;
}

/**
 * Hears of changes that others commit, over a connection of its own. The connection also is what holds the name of the
 * node: the database lets go of it when the process is gone, kill -9 and power cuts included.
 */
export class PostgresListener {
  readonly #pool: PostgresPool;
  readonly #node: string | null;
  readonly #namePatienceMs: number;
  readonly #heard = new Set<() => void>();
  #work: { stop: AbortController; ended: Promise<void> } | null = null;
  /** The newest change that a notification told of. */
  #told = 0;
  readonly #clock = new AwakeClock();
  /** The database's time at a moment of ours that no clock's setting changes. */
  #time: { epochMs: number; at: number } | null = null;
  #hasName = false;

  constructor(pool: PostgresPool, { node, namePatienceMs }: NodeName) {
    this.#pool = pool;
    this.#node = node;
    this.#namePatienceMs = namePatienceMs;
  }

  /**
   * The database's time, as of the last look and run on since: our own clock may be set at any moment, and
   * the machine may sleep. Null before the first look.
   */
  now(): number | null {
    return this.#time === null ? null : Math.round(this.#time.epochMs + this.#clock.now() - this.#time.at);
  }

  /**
   * Begins, and resolves once it hears, or has failed to for the first time: then it goes on trying.
   *
   * @throws StoreError if another process is this node
   */
  open(): Promise<void> {
    const stop = new AbortController();
    const tried = Promise.withResolvers<void>();
    this.#work ??= { stop, ended: this.#keepListening(stop.signal, tried) };
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

  async #keepListening(signal: AbortSignal, tried: PromiseWithResolvers<void>): Promise<void> {
    for (let isFirst = true; !signal.aborted; isFirst = false) {
      const client = this.#pool.lonelyClient();
      const broken = new AbortController();
      // Without a listener an error of the connection would end the process.
      client.on("error", () => broken.abort());
      client.on("end", () => broken.abort());
      client.on("notification", (notification) => this.#take(notification));
      try {
        await this.#begin(client, isFirst);
        // What was committed while nobody listened is not told any more.
        if (!isFirst) this.#tell();
        tried.resolve();
        await this.#watch(client, AbortSignal.any([signal, broken.signal]));
      } catch (error) {
        // Of the rest the verbs say what is wrong, to somebody who can do something about it.
        if (error instanceof StoreError) tried.reject(error);
      }
      tried.resolve();
      await client.end().catch(() => {});
      await pause(RECONNECT_MS, signal);
    }
  }

  async #begin(client: Client, isFirst: boolean): Promise<void> {
    await client.connect();
    await client.query(NOTICE_DEATH);
    this.#hasName = await this.#takeName(client, isFirst ? this.#namePatienceMs : 0);
    if (isFirst && !this.#hasName)
      throw new StoreError(
        "store_busy",
        `Another Haulyard on the database ${this.#pool.where} is the node '${this.#node}' already. Give this machine a name of its own: HAULYARD_NODE.`,
      );
    await client.query(`listen ${CHANGES_CHANNEL}`);
    this.#told = Math.max(this.#told, await this.#look(client));
  }

  async #takeName(client: Client, patienceMs: number): Promise<boolean> {
    if (this.#node === null) return true;
    for (const deadline = performance.now() + patienceMs; ;) {
      const { rows } = await client.query<{ taken: boolean }>(
        "select pg_try_advisory_lock($1, hashtext($2)) as taken",
        [NODE_LOCKS, this.#node],
      );
      if (rows[0]?.taken === true) return true;
      if (performance.now() >= deadline) return false;
      await sleep(NAME_PAUSE_MS);
    }
  }

  async #watch(client: Client, signal: AbortSignal): Promise<void> {
    for (let suspect = 0; ;) {
      await pause(LOOK_MS, signal);
      if (signal.aborted) return;
      // After a break the connection before may still hold it for some seconds.
      if (!this.#hasName) this.#hasName = await this.#takeName(client, 0);
      const newest = await this.#look(client);
      // A notification may still be on its way; after two looks it is not.
      if (suspect > this.#told) {
        this.#told = suspect;
        this.#tell();
      }
      suspect = newest;
    }
  }

  /** Answers the newest change. Asks for the time by the way. */
  async #look(client: Client): Promise<number> {
    const askedAt = this.#clock.now();
    const { rows } = await client.query<{ newest: number; now: number }>(
      `select (select coalesce(max(cursor), 0) from changes) as newest,
              floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now`,
    );
    const answeredAt = this.#clock.now();
    const [row] = rows;
    if (row === undefined) return 0;
    this.#time = { epochMs: row.now, at: (askedAt + answeredAt) / 2 };
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

/** How many processes have the name of a node at the database: those of its servers that work. */
export async function countNodesAtWork(db: Db): Promise<number> {
  const { rows } = await sql<{ n: number }>`
    select count(*) as n from pg_locks
    where locktype = 'advisory' and granted and classid = ${NODE_LOCKS} and objsubid = 2
      and database = (select oid from pg_database where datname = current_database())`.execute(db);
  return rows[0]?.n ?? 0;
}

/** Ends early, and without a word, when the signal aborts. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => {});
}
