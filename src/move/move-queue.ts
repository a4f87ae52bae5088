/**
 * Moves a queue to another database, whole or not at all. The source is marked first, then everything is copied and
 * compared in one transaction of the target, then the mark says that it is done. A process that is killed on the way
 * leaves a source that nobody starts on, and the next one goes on: from the beginning if the transaction was not
 * committed, else from its end.
 */
import { randomUUID } from "node:crypto";
import { sql } from "kysely";
import type { Db } from "../store/schema.ts";
import { newestVersion } from "../store/migrate.ts";
import { movedError, readMovedMark, removeMovedMark, setMovedMark } from "../store/moved-mark.ts";
import type { MovedMark } from "../store/moved-mark.ts";
import { StoreError } from "../store/store-error.ts";
import { compareTable, copyTable, countRows, MOVED_FROM } from "./copy-rows.ts";
import type { MovedTable } from "./copy-rows.ts";
import { openDatabase } from "./database.ts";
import type { Address, Database } from "./database.ts";
import { readTables } from "./tables.ts";
import type { Table } from "./tables.ts";

/** What a server writes by being started once: it is no queue, and makes room for the one that comes. */
const WRITTEN_BY_STARTING: readonly string[] = ["facts", "nodes"];

export type MoveOutcome =
  | { kind: "moved"; from: string; to: string; tables: readonly MovedTable[] }
  /** An earlier try had got as far as that all was there. */
  | { kind: "finished"; from: string; to: string }
  | { kind: "refused"; message: string; advice: string };

/**
 * Nobody may work on the source meanwhile: for a file of SQLite, hold the lock of its data folder.
 *
 * @throws StoreError, ComparisonError; then the target is as it was, and the source's mark says what was begun
 */
export async function moveQueue(from: Address, to: Address, now: number): Promise<MoveOutcome> {
  const source = await openDatabase(from);
  try {
    const before = await readMovedMark(source.backend.db);
    if (before?.state === "moved")
      return {
        kind: "refused",
        message: movedError(source.where, before).message,
        advice: "There is nothing here to be moved.",
      };
    const target = await openDatabase(to);
    try {
      return await moveBetween(source, target, before, now);
    } finally {
      await target.backend.close();
    }
  } finally {
    await source.backend.close();
  }
}

async function moveBetween(
  source: Database,
  target: Database,
  before: MovedMark | null,
  now: number,
): Promise<MoveOutcome> {
  const [from, to] = [source.where, target.where];
  if (before !== null && before.to !== to)
    return {
      kind: "refused",
      message: `A move to ${before.to} was begun, and this one is to ${to}.`,
      advice: "Finish that one, or take it back first: haulyard migrate --undo",
    };
  const [here, there] = [await newestVersion(source.backend.db), await newestVersion(target.backend.db)];
  // A program may go on with a newer schema than its own, but makes the target's as it knows it.
  if (here !== there)
    return {
      kind: "refused",
      message: `${from} has schema ${here}, and ${to} has schema ${there}.`,
      advice: "Use the newest Haulyard that works on either of them.",
    };
  const mark: MovedMark = before ?? { state: "moving", id: randomUUID(), to, at: now };
  const tables = await readTables((source.kind === "sqlite" ? source : target).backend.db);
  const occupied = await findOccupied(target, tables, mark.id);
  if (occupied !== null) return occupied;
  await source.backend.write((trx) => setMovedMark(trx, mark));
  // After the mark: a server that starts looks for it once it has its name, so one of the two notices the other.
  const servers = (await source.countServers()) + (await target.countServers());
  if (servers > 0) {
    // One that an earlier try has left stays: whether all had arrived is not known.
    if (before === null) await source.backend.write(removeMovedMark);
    return {
      kind: "refused",
      message: `${servers} ${servers === 1 ? "server is" : "servers are"} at work on ${source.kind === "postgres" ? from : to}.`,
      advice: "Stop all of them first. Downloads go on from their bytes, commands on instances run on.",
    };
  }
  let moved: readonly MovedTable[] | null;
  try {
    moved = await copyOnce(source, target, tables, mark);
  } catch (error) {
    // Where the connection is lost nobody knows whether all of it arrived: the next try finds out.
    if (!(error instanceof StoreError && error.code === "store_unreachable"))
      await source.backend.write(removeMovedMark);
    throw error;
  }
  await source.backend.write((trx) => setMovedMark(trx, { ...mark, state: "moved" }));
  return moved === null ? { kind: "finished", from, to } : { kind: "moved", from, to, tables: moved };
}

/** What keeps the queue from being put there; null: nothing. */
async function findOccupied(
  { backend, where }: Database,
  tables: readonly Table[],
  id: string,
): Promise<MoveOutcome | null> {
  const mark = await readMovedMark(backend.db);
  if (mark !== null)
    return {
      kind: "refused",
      message: `A queue was moved from ${where} to ${mark.to} once.`,
      advice: "Give a new database, or move that one out of the way.",
    };
  if ((await movedFrom(backend.db)) === id) return null;
  for (const table of tables) {
    const rows = WRITTEN_BY_STARTING.includes(table.name) ? 0 : await countRows(backend.db, table);
    if (rows > 0)
      return {
        kind: "refused",
        message: `${where} is not empty: ${rows} ${rows === 1 ? "row" : "rows"} in ${table.name}.`,
        advice: "Give an empty database: two queues cannot be made one.",
      };
  }
  return null;
}

/** @returns null if it was done before */
function copyOnce(
  source: Database,
  target: Database,
  tables: readonly Table[],
  { id }: MovedMark,
): Promise<MovedTable[] | null> {
  return target.backend.write(async (trx) => {
    if ((await movedFrom(trx)) === id) return null;
    for (const name of WRITTEN_BY_STARTING)
      if (tables.some((table) => table.name === name)) await sql`delete from ${sql.table(name)}`.execute(trx);
    const moved: MovedTable[] = [];
    for (const table of tables) moved.push(await copyTable(source, target, trx, table));
    for (const [index, table] of tables.entries()) {
      const one = moved[index];
      if (one !== undefined) await compareTable(target, trx, table, one);
    }
    await trx.insertInto("facts").values({ key: MOVED_FROM, value: id }).execute();
    return moved;
  });
}

async function movedFrom(db: Db): Promise<string | null> {
  const row = await db.selectFrom("facts").select("value").where("key", "=", MOVED_FROM).executeTakeFirst();
  return row?.value ?? null;
}

export type UndoOutcome = { kind: "undone"; where: string; to: string } | { kind: "nothing"; where: string };

/** Takes the mark away: servers start on this database again, with the queue as it was when it was moved. */
export async function undoMove(from: Address): Promise<UndoOutcome> {
  const { backend, where } = await openDatabase(from);
  try {
    const mark = await readMovedMark(backend.db);
    if (mark === null) return { kind: "nothing", where };
    await backend.write(removeMovedMark);
    return { kind: "undone", where, to: mark.to };
  } finally {
    await backend.close();
  }
}
