import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Client, Pool } from "pg";
import type { ClientConfig, PoolClient } from "pg";
import { answerTimeoutMs, inMilliseconds } from "./postgres-timeouts.ts";
import { isLost, unreachable } from "./postgres-errors.ts";
import { readNumbers } from "./postgres-numbers.ts";

/** Connections of one process: a few verbs at once, and far from the 100 a server takes by default. */
const CONNECTIONS = 8;
/** How long a verb waits for a database that restarts or fails over, before whoever asked is told. */
const PATIENCE_MS = 15_000;
/** One attempt to connect: a machine that is gone does not answer at all. */
const CONNECT_TIMEOUT_MS = 5_000;
/** Pause between two attempts: a restart takes seconds. */
const CONNECT_PAUSE_MS = 200;
/** Idle connections are given back: nodes come and go. */
const IDLE_MS = 60_000;

/** No statement of ours takes longer; one that does hangs. The server ends it. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** Waiting for others' transactions, which take milliseconds. */
const LOCK_TIMEOUT_MS = 15_000;
/** A node that froze in a transaction, or whose cable was cut, holds up all others only as long as this. */
const IDLE_IN_TRANSACTION_MS = 10_000;

/** Connections to one database, and how to wait for it while it is away. */
export interface PostgresPool {
  /** Names this store among all that are connected: it does not listen to itself. */
  readonly name: string;
  /** The database in words, without secrets. */
  readonly where: string;
  /** @throws StoreError if there is no connection within the time, or the database does not let us in */
  connect(): Promise<PoolClient>;
  /** A connection apart from the others, not yet connected. */
  lonelyClient(): Client;
  close(): Promise<void>;
}

export interface PoolOptions {
  url: string;
  patienceMs?: number;
  /** Told once, if the database is not there at the first attempt and is waited for; in words. */
  onWait?: (where: string) => void;
}

export function createPostgresPool({ url, patienceMs = PATIENCE_MS, onWait }: PoolOptions): PostgresPool {
  const name = `haulyard ${randomUUID()}`;
  const config: ClientConfig = {
    connectionString: inMilliseconds(url),
    application_name: name,
    types: readNumbers,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    lock_timeout: LOCK_TIMEOUT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    query_timeout: answerTimeoutMs(inMilliseconds(url), STATEMENT_TIMEOUT_MS),
  };
  const where = whereIs(new Client(config));
  const pool = new Pool({ ...config, max: CONNECTIONS, idleTimeoutMillis: IDLE_MS });
  // An idle connection that breaks is dropped by the pool; the next verb takes another.
  pool.on("error", () => {});
  // One that breaks while it is in use says so to its user as well; unheard, the word would end the process.
  pool.on("connect", (client) => client.on("error", () => {}));
  let closed = false;
  let isFirst = true;
  return {
    name,
    where,
    connect: async () => {
      for (const deadline = performance.now() + patienceMs; ;) {
        try {
          const client = await pool.connect();
          isFirst = false;
          return client;
        } catch (error) {
          if (!isLost(error) || closed) throw error;
          if (isFirst) onWait?.(where);
          isFirst = false;
          if (performance.now() > deadline) throw unreachable(error, where);
          await sleep(CONNECT_PAUSE_MS * (0.5 + Math.random()));
        }
      }
    },
    lonelyClient: () => new Client(config),
    close: async () => {
      if (closed) return;
      closed = true;
      await pool.end();
    },
  };
}

/** Where a database is, in words that anybody may read: without user, password and options. */
function whereIs({ host, port, database }: Client): string {
  const called = `'${database ?? "postgres"}'`;
  return host.startsWith("/") ? `${called} behind the socket in ${host}` : `${called} at ${host}:${port}`;
}
