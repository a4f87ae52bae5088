/** A queue with something in every table there is, those of later versions included, and nothing of it easy. */
import { DatabaseSync } from "node:sqlite";
import { failure } from "../../job/failure.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import {
  applied,
  complete,
  draft,
  insert,
  insertRunning,
  leaseOf,
  NOW,
} from "../../store/suite/under-test.ts";

/** What has come to grief between databases before: quotes, escapes, other planes, what JSON and SQL think special. */
export const HOSTILE = `'"\\ \\u0000 \\x00 $1 %s ; -- /* \u0001\u001f\u007f\n\r\t ä Ω 漢 🦄 \uFFFD \uFFFF \u202e ${"x".repeat(9000)}`;

/** Jobs of every state, then whatever is still empty. */
export async function fillQueue(path: string): Promise<void> {
  const store = await openSqliteStore({ path });
  await complete(store, await insertRunning(store, 1));
  const broken = await insertRunning(store, 2, { name: HOSTILE, priority: -5 });
  const why = failure("forbidden", HOSTILE);
  await applied(store, broken.id, { type: "failed", failure: why, retryAt: null }, NOW, leaseOf(broken));
  await applied(store, (await insert(store, 3)).id, { type: "cancel" }, NOW);
  const first = await insert(store, 4, { limitBytesPerSecond: Number.MAX_SAFE_INTEGER });
  await insert(store, 5, { after: first.id });
  const running = await insertRunning(store, 6, { destination: "/models/ä ö 🦄.bin", priority: 9 });
  await store.heartbeat(
    [{ id: running.id, lease: leaseOf(running), progress: { ...running.progress, bytesDone: 777 } }],
    NOW + 30_000,
  );
  const many = Array.from({ length: 360 }, (_, n) => draft(100 + n));
  await store.insertAll(many, NOW);
  // The newest is gone: its number and its cursor must not be given out again.
  const newest = await insert(store, 999);
  await store.remove({ ids: [newest.id] }, NOW);
  await store.setFact("hostile", HOSTILE);
  await store.close();
  fillTheRest(path);
}

interface Column {
  name: string;
  type: string;
  pk: number;
}

function fillTheRest(path: string): void {
  const database = new DatabaseSync(path);
  try {
    database.exec("pragma foreign_keys = off");
    const tables = database
      .prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite~_%' escape '~'")
      .all();
    for (const { name } of tables) {
      const { n } = database.prepare(`select count(*) as n from "${String(name)}"`).get() ?? {};
      if (n === 0) fillTable(database, String(name));
    }
  } finally {
    database.close();
  }
}

/** One row of hostile texts and large numbers, one with nothing but what has to be there. */
function fillTable(database: DatabaseSync, table: string): void {
  const columns = database
    .prepare("select name, type, pk, [notnull] as must from pragma_table_info(?)")
    .all(table) as unknown as (Column & { must: number })[];
  const parents = new Set(
    database
      .prepare('select "from" as name from pragma_foreign_key_list(?)')
      .all(table)
      .map(({ name }) => String(name)),
  );
  for (const [row, size] of [Number.MAX_SAFE_INTEGER, -1].entries()) {
    const values = columns.map(({ name, type, pk, must }) => {
      const isText = /text/i.test(type);
      // What refers to another table refers to the row that is the same there.
      if (parents.has(name)) return isText ? "key 0" : 1;
      if (pk > 0) return isText ? `key ${row}` : row + 1;
      if (row === 1 && must === 0) return null;
      if (isText) return row === 0 ? HOSTILE : `text ${row}`;
      return /bigint/i.test(type) ? size : row;
    });
    const marks = columns.map(() => "?").join(", ");
    database.prepare(`insert into "${table}" values (${marks})`).run(...values);
  }
}
