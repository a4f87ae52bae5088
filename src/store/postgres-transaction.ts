/** One transaction that writes: whole, once, and through a restart of the database. */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Durability } from "./backend.ts";
import { explain, isCollision, isLost } from "./postgres-errors.ts";
import { forgetCommits, takeWriterLock } from "./postgres-guards.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import type { Db } from "./schema.ts";

/** Collisions and broken connections a transaction is begun again after. */
const TRIES = 5;
/** Longest pause before it is; random below, so that those that collided do not do so again. */
const PAUSE_MS = 100;

/** What of a transaction that was to be written has come so far. */
interface Writing<T> {
  /** Its name in the list of what was committed, the same at every try; null for what may be done twice. */
  token: string | null;
  /** What the work came to, once all of it was done but for the commit. */
  done: { outcome: T } | null;
}

/** Runs `work` in a transaction. It may be run again, so it changes nothing outside. */
export async function writeTransaction<T>(
  db: Db,
  pool: PostgresPool,
  work: (trx: Db) => Promise<T>,
  durability: Durability,
): Promise<T> {
  const writing: Writing<T> = { token: durability === "relaxed" ? null : randomUUID(), done: null };
  for (let tries = TRIES; ; tries -= 1) {
    try {
      return await attempt(db, work, writing);
    } catch (error) {
      if (tries <= 1 || !(isLost(error) || isCollision(error))) throw explain(error, pool.where);
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

function attempt<T>(db: Db, work: (trx: Db) => Promise<T>, writing: Writing<T>): Promise<T> {
  return db.transaction().execute(async (trx) => {
    if (writing.token === null) {
      // What is relaxed touches rows of one run or of one machine only: it need not keep others waiting.
      await sql`set local synchronous_commit = off`.execute(trx);
    } else if (!(await takeWriterLock(trx, writing.token))) {
      // The connection broke while the commit was on its way: it had arrived.
      if (writing.done !== null) return writing.done.outcome;
      throw new Error("a transaction was committed before it was done");
    }
    const outcome = await work(trx);
    if (writing.token !== null) await forgetCommits(trx);
    writing.done = { outcome };
    return outcome;
  });
}
