import type { DatabaseSync, SQLInputValue, StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { CompiledQuery } from "kysely";
import type { DatabaseConnection, Driver, QueryResult } from "kysely";
import { explain, isBusy } from "./sqlite-errors.ts";

/** How long one statement waits for other processes' transactions, which take milliseconds. */
export const BUSY_DEADLINE_MS = 15_000;
/** Longest pause between two tries; random below it, so that waiting processes do not keep step. */
const BUSY_PAUSE_MS = 12;
/**
 * Answers come as microtasks, and whoever asks again and again at each of them keeps sockets and timers waiting: five
 * hundred claims in a row did for a minute. After this long everybody else has a turn. Milliseconds.
 */
const TURN_MS = 20;
/** Prepared statements kept: more than this folder has, so that only long `in (…)` lists push others out. */
const STATEMENTS_KEPT = 300;

interface Prepared {
  statement: StatementSync;
  /** Whether it answers with rows. */
  reads: boolean;
}

/**
 * Kysely's driver on `node:sqlite`: one connection, one user of it at a time.
 * SQLite itself never waits for a lock (`timeout: 0`): it would stop the whole process, and with it the
 * bytes of the downloads. The waiting is done here instead.
 */
export class SqliteDriver implements Driver {
  readonly #database: DatabaseSync;
  readonly #connection: SqliteConnection;
  #last: Promise<void> = Promise.resolve();
  #release: (() => void) | null = null;
  /** When the first of those began that had the connection in this turn of the event loop; null: nobody has had it. */
  #turnBegan: number | null = null;

  constructor(database: DatabaseSync, path: string, { busyDeadlineMs = BUSY_DEADLINE_MS } = {}) {
    this.#database = database;
    this.#connection = new SqliteConnection(database, path, busyDeadlineMs);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#last;
    const turn = Promise.withResolvers<void>();
    this.#last = turn.promise;
    await before;
    await this.#leaveTurn();
    this.#release = turn.resolve;
    return this.#connection;
  }

  /** Lets the event loop go round, if it has not for long. */
  async #leaveTurn(): Promise<void> {
    if (this.#turnBegan === null) {
      this.#turnBegan = performance.now();
      setImmediate(() => (this.#turnBegan = null));
    } else if (performance.now() - this.#turnBegan > TURN_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      this.#turnBegan = performance.now();
      setImmediate(() => (this.#turnBegan = null));
    }
  }

  async releaseConnection(): Promise<void> {
    this.#release?.();
  }

  /** Takes the write lock at once: a transaction that began by reading could not get it any more once others wrote. */
  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("commit"));
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    // After a full disk or an I/O error SQLite has rolled back by itself.
    if (this.#database.isTransaction) await connection.executeQuery(CompiledQuery.raw("rollback"));
  }

  async destroy(): Promise<void> {
    await this.acquireConnection();
    this.#database.close();
    await this.releaseConnection();
  }
}

class SqliteConnection implements DatabaseConnection {
  readonly #database: DatabaseSync;
  readonly #path: string;
  readonly #busyDeadlineMs: number;
  readonly #statements = new Map<string, Prepared>();

  constructor(database: DatabaseSync, path: string, busyDeadlineMs: number) {
    this.#database = database;
    this.#path = path;
    this.#busyDeadlineMs = busyDeadlineMs;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    try {
      return await patiently(() => this.#run<Row>(query), this.#busyDeadlineMs);
    } catch (error) {
      throw explain(error, this.#path);
    }
  }

  async *streamQuery<Row>(query: CompiledQuery): AsyncIterableIterator<QueryResult<Row>> {
    const { statement } = this.#prepare(query.sql);
    for (const row of statement.iterate(...bindable(query))) yield { rows: [row as Row] };
  }

  #run<Row>(query: CompiledQuery): QueryResult<Row> {
    const { statement, reads } = this.#prepare(query.sql);
    if (reads) return { rows: statement.all(...bindable(query)) as Row[] };
    const { changes, lastInsertRowid } = statement.run(...bindable(query));
    return { rows: [], numAffectedRows: BigInt(changes), insertId: BigInt(lastInsertRowid) };
  }

  /** The statement, prepared once; the one not used for longest makes room. */
  #prepare(sql: string): Prepared {
    let prepared = this.#statements.get(sql);
    if (prepared === undefined) {
      const statement = this.#database.prepare(sql);
      prepared = { statement, reads: statement.columns().length > 0 };
    } else {
      this.#statements.delete(sql);
    }
    this.#statements.set(sql, prepared);
    if (this.#statements.size > STATEMENTS_KEPT) {
      for (const oldest of this.#statements.keys()) {
        this.#statements.delete(oldest);
        break;
      }
    }
    return prepared;
  }
}

/** Tries again while another process has the lock. */
export async function patiently<T>(attempt: () => T, deadlineMs = BUSY_DEADLINE_MS): Promise<T> {
  const deadline = performance.now() + deadlineMs;
  for (;;) {
    try {
      return attempt();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw error;
    }
    await sleep(1 + Math.random() * BUSY_PAUSE_MS);
  }
}

function bindable({ parameters }: CompiledQuery): SQLInputValue[] {
  return parameters as SQLInputValue[];
}
