/** What tables there are to move, as SQLite's catalogue tells it: one of the two databases is always SQLite. */
import { sql } from "kysely";
import type { Db } from "../store/schema.ts";

export interface Table {
  name: string;
  columns: readonly string[];
  /** The columns of the primary key, in its order. */
  key: readonly string[];
  /** The column whose numbers the database gives out, never one twice; null: none. */
  growing: string | null;
}

/** Of the schema, not of the queue: each database has its own. */
const OWN_TABLE = "schema_versions";

/** All tables whose rows are the queue's, those first that others refer to. */
export async function readTables(db: Db): Promise<Table[]> {
  const { rows: names } = await sql<{ name: string; text: string }>`
    select name, sql as text from sqlite_schema
    where type = 'table' and name not like 'sqlite~_%' escape '~' and name <> ${OWN_TABLE}
    order by name`.execute(db);
  const tables = new Map<string, Table & { refersTo: readonly string[] }>();
  for (const { name, text } of names) {
    const { rows: columns } = await sql<{ name: string; pk: number }>`
      select name, pk from pragma_table_info(${name}) order by cid`.execute(db);
    const { rows: parents } = await sql<{ name: string }>`
      select "table" as name from pragma_foreign_key_list(${name})`.execute(db);
    const key = columns.filter(({ pk }) => pk > 0).toSorted((a, b) => a.pk - b.pk);
    // Rows are read in the order of their keys, in pieces.
    if (key.length === 0) throw new Error(`the table ${name} has no primary key`);
    tables.set(name, {
      name,
      columns: columns.map((column) => column.name),
      key: key.map((column) => column.name),
      growing: /\bautoincrement\b/i.test(text) ? (key[0]?.name ?? null) : null,
      refersTo: parents.map((parent) => parent.name).filter((parent) => parent !== name),
    });
  }
  return parentsFirst(tables);
}

function parentsFirst(tables: ReadonlyMap<string, Table & { refersTo: readonly string[] }>): Table[] {
  const sorted = new Set<Table>();
  const put = (name: string): void => {
    const table = tables.get(name);
    if (table === undefined || sorted.has(table)) return;
    for (const parent of table.refersTo) put(parent);
    sorted.add(table);
  };
  for (const name of tables.keys()) put(name);
  return [...sorted];
}
