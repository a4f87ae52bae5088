import type { DatabaseSync } from "node:sqlite";
import { Kysely, sql, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from "kysely";
import type { Backend } from "./backend.ts";
import type { Db, Schema } from "./schema.ts";
import { SqliteDriver } from "./sqlite-driver.ts";
import { isUniqueViolation } from "./sqlite-errors.ts";

/** How often to look whether another process wrote: people see its changes at once, and a look costs microseconds. */
const FOREIGN_POLL_MS = 250;

export function createSqliteBackend(database: DatabaseSync, path: string): Backend {
  const db: Db = new Kysely<Schema>({
    dialect: {
      createDriver: () => new SqliteDriver(database, path),
      createQueryCompiler: () => new SqliteQueryCompiler(),
      createAdapter: () => new SqliteAdapter(),
      createIntrospector: (kysely) => new SqliteIntrospector(kysely),
    },
  });
  return {
    db,
    types: {
      growingKey: { type: "integer", build: (column) => column.primaryKey().autoIncrement() },
      key: "integer",
      bytewiseText: "text",
    },
    write: (work, durability = "synced") =>
      durability === "synced" ? db.transaction().execute(work) : writeRelaxed(db, work),
    // A transaction that may write has the whole database to itself.
    locked: (query) => query,
    claimable: (query) => query,
    guardTables: async () => {},
    // All who share the file are on one machine.
    now: () => Date.now(),
    idTable: (ids) => sql`(select value as id from json_each(${JSON.stringify(ids)}))`,
    rowTable: (columns, rows) => {
      const fields = Object.keys(columns).map((name) => sql`value ->> ${sql.lit(name)} as ${sql.ref(name)}`);
      return sql`(select ${sql.join(fields)} from json_each(${JSON.stringify(rows)}))`;
    },
    jsonNumber: (column, path) => sql`json_extract(${column}, ${`$.${path}`})`,
    isUniqueViolation,
    tableNames: async () => {
      const { rows } = await sql<{ name: string }>`
        select name from sqlite_schema where type = 'table' and name not like 'sqlite~_%' escape '~'`.execute(
        db,
      );
      return rows.map(({ name }) => name);
    },
    onForeignCommit: (listener) => pollForeignCommits(database, listener),
    close: async () => {
      await db.destroy();
      // Kysely leaves a database alone that it never used.
      if (database.isOpen) database.close();
    },
  };
}

/**
 * In WAL mode with synchronous=NORMAL a commit is not synced by itself, but with the next one that is: a power
 * cut undoes the last heartbeats and nothing else, and the database stays whole. The runner is dead then anyway,
 * and the bytes are counted from the part file's own ledger. A second connection is not needed for it: the
 * setting is the connection's, and nobody else uses it in between.
 */
function writeRelaxed<T>(db: Db, work: (trx: Db) => Promise<T>): Promise<T> {
  return db.connection().execute(async (connection) => {
    await sql`pragma synchronous = normal`.execute(connection);
    try {
      return await connection.transaction().execute(work);
    } finally {
      await sql`pragma synchronous = full`.execute(connection);
    }
  });
}

/** `data_version` changes when another connection has committed (https://www.sqlite.org/pragma.html#pragma_data_version). */
function pollForeignCommits(database: DatabaseSync, listener: () => void): () => void {
  const query = database.prepare("pragma data_version");
  let seen: unknown;
  /** Answers whether there was a commit since the last look. */
  const look = (): boolean => {
    try {
      const version = query.get()?.["data_version"];
      const isNew = version !== seen;
      seen = version;
      return isNew;
    } catch {
      // Busy, or worse: then the next verb says so to somebody who can do something about it.
      return false;
    }
  };
  look();
  const timer = setInterval(() => {
    if (!database.isOpen) clearInterval(timer);
    else if (look()) listener();
  }, FOREIGN_POLL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
