import { CompiledQuery } from "kysely";
import type { DatabaseConnection, Driver, QueryResult } from "kysely";
import type { PoolClient } from "pg";
import { explain, isLost } from "./postgres-errors.ts";
import type { PostgresPool } from "./postgres-pool.ts";

/** How often a question is asked anew over another connection; connecting has a patience of its own. */
const TRIES = 3;

/**
 * Kysely's driver on pg. A question that met a dead connection is asked again over a live one: a restart of the
 * database is a pause to whoever only reads. Transactions are begun anew as a whole, in postgres-transaction.ts.
 */
export class PostgresDriver implements Driver {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new PostgresConnection(this.#pool);
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    ours(connection).release();
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).begin();
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).end("commit");
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await ours(connection).end("rollback");
  }

  async destroy(): Promise<void> {
    await this.#pool.close();
  }
}

/** Kysely hands back what it was given. */
function ours(connection: DatabaseConnection): PostgresConnection {
  if (connection instanceof PostgresConnection) return connection;
  throw new TypeError("a connection of another driver");
}

class PostgresConnection implements DatabaseConnection {
  readonly #pool: PostgresPool;
  #client: PoolClient | null = null;
  #inTransaction = false;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const mayRepeat = !this.#inTransaction && query.query.kind === "SelectQueryNode";
    for (let tries = mayRepeat ? TRIES : 1; ; tries -= 1) {
      try {
        return await this.#ask<Row>(query);
      } catch (error) {
        if (tries > 1 && isLost(error)) continue;
        throw this.#inTransaction ? error : explain(error, this.#pool.where);
      }
    }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error("the store reads page by page");
  }

  /** Begins where nothing is lost yet: over another connection if need be. */
  async begin(): Promise<void> {
    for (let tries = TRIES; ; tries -= 1) {
      try {
        await this.#ask(CompiledQuery.raw("begin"));
        this.#inTransaction = true;
        return;
      } catch (error) {
        if (tries <= 1 || !isLost(error)) throw error;
      }
    }
  }

  async end(how: "commit" | "rollback"): Promise<void> {
    // Its connection is gone, and the transaction with it.
    if (this.#client === null && how === "rollback") return void (this.#inTransaction = false);
    try {
      await this.#ask(CompiledQuery.raw(how));
    } catch (error) {
      // What was rolled back by a break is rolled back.
      if (how === "commit") throw error;
      this.#drop();
    } finally {
      this.#inTransaction = false;
    }
  }

  release(): void {
    this.#client?.release();
    this.#client = null;
  }

  async #ask<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    if (this.#client === null) {
      if (this.#inTransaction) throw new Error("Connection terminated in a transaction");
      this.#client = await this.#pool.connect();
    }
    try {
      const { rows, rowCount } = await this.#client.query(sql, parameters.map(toParameter));
      return { rows: rows as Row[], numAffectedRows: BigInt(rowCount ?? 0) };
    } catch (error) {
      if (isLost(error)) this.#drop();
      throw error;
    }
  }

  #drop(): void {
    this.#client?.release(true);
    this.#client = null;
  }
}

/** PostgreSQL's text cannot hold U+0000. No path and no name has one; who looks for it finds nothing. */
function toParameter(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFFFD") : value;
}
