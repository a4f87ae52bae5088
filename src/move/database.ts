/** A database that a queue is moved from or to. What the two kinds do differently is here. */
import { sql } from "kysely";
import type { Backend } from "../store/backend.ts";
import { openPostgresBackend, openSqliteBackend } from "../store/open-backends.ts";
import { countNodesAtWork } from "../store/postgres-listener.ts";
import type { Db } from "../store/schema.ts";
import type { Row } from "./digest.ts";
import type { Table } from "./tables.ts";

export type Address = { kind: "sqlite"; file: string } | { kind: "postgres"; url: string };

export interface Database {
  readonly kind: Address["kind"];
  readonly backend: Backend;
  /** In words, without secrets. */
  readonly where: string;
  /** How many servers and workers are at work on it, as far as the database knows. */
  countServers(): Promise<number>;
  insert(trx: Db, table: Table, rows: readonly Row[]): Promise<void>;
  /** The last number that was given out for a table; 0: none. */
  lastNumber(db: Db, table: Table): Promise<number>;
  setLastNumber(trx: Db, table: Table, last: number): Promise<void>;
}

/** @throws StoreError */
export async function openDatabase(address: Address): Promise<Database> {
  switch (address.kind) {
    case "sqlite":
      return sqlite(await openSqliteBackend(address.file, { mayBeMoved: true }));
    case "postgres": {
      const { url } = address;
      const options = { node: null, namePatienceMs: 0, listens: false, mayBeMoved: true };
      return postgres(await openPostgresBackend({ url, ...options }));
    }
    default:
      throw address satisfies never;
  }
}

type Opened = Awaited<ReturnType<typeof openSqliteBackend>>;

function sqlite({ backend, where }: Opened): Database {
  return {
    kind: "sqlite",
    backend,
    where,
    // The lock on the data folder tells.
    countServers: async () => 0,
    insert: async (trx, { name, columns }, rows) => {
      const values = columns.map((column) => sql`value ->> ${sql.lit(column)}`);
      await sql`
        insert into ${sql.table(name)} (${names(columns)})
        select ${sql.join(values)} from json_each(${JSON.stringify(rows)})`.execute(trx);
    },
    lastNumber: async (db, { name }) => {
      const { rows } = await sql<{ seq: number }>`
        select seq from sqlite_sequence where name = ${name}`.execute(db);
      return rows[0]?.seq ?? 0;
    },
    setLastNumber: async (trx, { name }, last) => {
      await sql`delete from sqlite_sequence where name = ${name}`.execute(trx);
      await sql`insert into sqlite_sequence (name, seq) values (${name}, ${last})`.execute(trx);
    },
  };
}

function postgres({ backend, where }: Opened): Database {
  const sequenceOf = ({ name, growing }: Table): unknown =>
    sql`pg_get_serial_sequence(quote_ident(${name}), ${growing})`;
  return {
    kind: "postgres",
    backend,
    where,
    countServers: () => countNodesAtWork(backend.db),
    insert: async (trx, { name, columns }, rows) => {
      await sql`
        insert into ${sql.table(name)} (${names(columns)})
        select ${names(columns)}
        from json_populate_recordset(null::${sql.table(name)}, ${JSON.stringify(rows)}::json)`.execute(trx);
    },
    lastNumber: async (db, table) => {
      const { rows } = await sql<{ last: number | null }>`
        select pg_sequence_last_value(${sequenceOf(table)}::regclass) as last`.execute(db);
      return rows[0]?.last ?? 0;
    },
    setLastNumber: async (trx, table, last) => {
      // A sequence begins at 1, and is there before it has given out a number.
      await sql`
        select setval(${sequenceOf(table)}::regclass, ${Math.max(last, 1)}::bigint, ${last > 0})`.execute(
        trx,
      );
    },
  };
}

function names(columns: readonly string[]): unknown {
  return sql.join(columns.map((column) => sql.ref(column)));
}
