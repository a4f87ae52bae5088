/** All rows of a table, from one database to another, and a look at whether they are the same there. */
import { sql } from "kysely";
import { isLost } from "../store/postgres-errors.ts";
import type { Db } from "../store/schema.ts";
import { StoreError } from "../store/store-error.ts";
import type { Database } from "./database.ts";
import { Digest } from "./digest.ts";
import type { Row, Value } from "./digest.ts";
import { fitValue } from "./fit-value.ts";
import type { Table } from "./tables.ts";

/** Rows read and written at once: those of jobs may have a megabyte. */
const PAGE_LENGTH = 200;

/** The fact of a database that a queue was moved to: which move it was. It is the database's own. */
export const MOVED_FROM = "moved_from";

export interface MovedTable {
  name: string;
  rows: number;
  /** Made of all its rows; the same in both databases. */
  sha256: string;
  /** Texts in which U+0000 has become U+FFFD. */
  changedTexts: number;
}

/** As a database gives it: SQLite holds anything in any column. */
type RawRow = Record<string, unknown>;

/** What is in the target is not what was sent there. */
export class ComparisonError extends Error {}

/**
 * @param trx of the target
 * @throws StoreError for a row that the target cannot hold; it is named
 */
export async function copyTable(
  source: Database,
  target: Database,
  trx: Db,
  table: Table,
): Promise<MovedTable> {
  const digest = new Digest(table.columns);
  let changedTexts = 0;
  for await (const page of readSource(source, table)) {
    const rows: Row[] = [];
    for (const raw of page) {
      if (isOfDatabase(table, raw)) continue;
      const { row, changed } = fitRow(raw, table, source);
      changedTexts += changed;
      digest.add(row);
      rows.push(row);
    }
    if (rows.length > 0) await insertRows(target, trx, table, rows);
  }
  if (table.growing !== null) {
    const last = await source.lastNumber(source.backend.db, table);
    await target.setLastNumber(trx, table, last);
  }
  return { name: table.name, rows: digest.rows, sha256: digest.hex(), changedTexts };
}

/** Reads the table back. @throws ComparisonError */
export async function compareTable(
  target: Database,
  trx: Db,
  table: Table,
  moved: MovedTable,
): Promise<void> {
  const digest = new Digest(table.columns);
  for await (const page of readPages(trx, table))
    for (const row of page) if (!isOfDatabase(table, row)) digest.add(row as Row);
  const { name, rows, sha256 } = moved;
  if (digest.rows === rows && digest.hex() === sha256) return;
  throw new ComparisonError(
    `The table ${name} is not the same in ${target.where}: ${rows} rows (${sha256.slice(0, 12)}…) were sent there, ${digest.rows} (${digest.hex().slice(0, 12)}…) are there. Nothing of it was kept.`,
  );
}

export async function countRows(db: Db, table: Table): Promise<number> {
  const { rows } = await sql<{ n: number }>`select count(*) as n from ${sql.table(table.name)}`.execute(db);
  return rows[0]?.n ?? 0;
}

async function* readSource({ backend: { db }, where }: Database, table: Table): AsyncGenerator<RawRow[]> {
  try {
    yield* readPages(db, table);
  } catch (error) {
    // node:sqlite has no number for it, and says so.
    if (!(error instanceof RangeError && "code" in error && error.code === "ERR_OUT_OF_RANGE")) throw error;
    throw new StoreError(
      "store_damaged",
      `${where} holds a number in the table ${table.name} that is too large, which Haulyard never writes. Mend or remove that row, then try again.`,
      error,
    );
  }
}

/** In the order of the primary key, as this database sorts it. */
async function* readPages(db: Db, table: Table): AsyncGenerator<RawRow[]> {
  let last: RawRow | undefined;
  do {
    const rows = await readPage(db, table, last);
    yield rows;
    last = rows.length < PAGE_LENGTH ? undefined : rows.at(-1);
  } while (last !== undefined);
}

async function readPage(db: Db, { name, columns, key }: Table, after: RawRow | undefined): Promise<RawRow[]> {
  const list = sql.join(columns.map((column) => sql.ref(column)));
  const order = sql.join(key.map((column) => sql.ref(column)));
  const values = key.map((column) => after?.[column]);
  const from = after === undefined ? sql`` : sql`where (${order}) > (${sql.join(values)})`;
  const { rows } = await sql<RawRow>`
    select ${list} from ${sql.table(name)} ${from} order by ${order} limit ${PAGE_LENGTH}`.execute(db);
  return rows;
}

/** Where a queue has come from is known to the database it has come to, not to the queue. */
function isOfDatabase({ name }: Table, row: RawRow): boolean {
  return name === "facts" && row["key"] === MOVED_FROM;
}

function fitRow(raw: RawRow, table: Table, { where }: Database): { row: Row; changed: number } {
  const row: Row = {};
  let changed = 0;
  for (const column of table.columns) {
    const fitted = fitValue(raw[column]);
    if (fitted.kind === "strange")
      throw new StoreError(
        "store_damaged",
        `${where} holds ${fitted.what} in ${column} of ${nameRow(raw, table)}, which Haulyard never writes. Mend or remove that row, then try again.`,
      );
    if (fitted.kind === "changed") changed += 1;
    row[column] = fitted.value;
  }
  return { row, changed };
}

/** All at once; if that does not go, one by one, to know which it is. */
async function insertRows(target: Database, trx: Db, table: Table, rows: readonly Row[]): Promise<void> {
  await sql`savepoint some_rows`.execute(trx);
  try {
    await target.insert(trx, table, rows);
  } catch (error) {
    if (isLost(error)) throw error;
    await sql`rollback to savepoint some_rows`.execute(trx);
    for (const row of rows) await insertOne(target, trx, table, row);
    // Each of them goes, but not all together: that is no matter of the rows.
    throw error;
  }
  await sql`release savepoint some_rows`.execute(trx);
}

async function insertOne(target: Database, trx: Db, table: Table, row: Row): Promise<void> {
  try {
    await target.insert(trx, table, [row]);
  } catch (error) {
    if (isLost(error)) throw error;
    const why = error instanceof Error ? error.message : String(error);
    throw new StoreError(
      "store_refused",
      `${target.where} does not take ${nameRow(row, table)}: ${why}`,
      error,
    );
  }
}

/** `sequence 12 (3f2a…) of jobs`. */
function nameRow(row: RawRow, { name, key }: Table): string {
  const { id } = row;
  const keys = key.map((column) => `${column} ${describe(row[column])}`).join(", ");
  const also = typeof id === "string" && !key.includes("id") ? ` (${id})` : "";
  return `the row with ${keys}${also} of the table ${name}`;
}

function describe(value: unknown): string {
  const isValue = (given: unknown): given is Value =>
    given === null || typeof given === "string" || typeof given === "number";
  return isValue(value) ? JSON.stringify(value) : typeof value;
}
