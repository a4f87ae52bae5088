/** One transaction that writes: whole, once, and through a restart of the database. */
import { setTimeout as sleep } from "node:timers/promises";
import { sql } from "kysely";
import type { Durability } from "./backend.ts";
import { explain, isCollision, isLost } from "./postgres-errors.ts";
import type { PostgresPool } from "./postgres-pool.ts";
import type { Db } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/**
 * Held by the one transaction that may change state, until it has ended. It makes a store on PostgreSQL what one on
 * SQLite is: its verbs do not meet, and changes come to be seen in the order of their cursors (decisions/034).
 */
export const WRITER_LOCK = 0x4841_554c;

/** Collisions and broken connections a transaction is begun again after. */
const TRIES = 5;
/** Longest pause before it is; random below, so that those that collided do not do so again. */
const PAUSE_MS = 100;

/** Runs `work` in a transaction. It may be run again, so it changes nothing outside. */
export async function writeTransaction<T>(
  db: Db,
  pool: PostgresPool,
  work: (trx: Db) => Promise<T>,
  durability: Durability,
): Promise<T> {
  for (let tries = TRIES; ; tries -= 1) {
    const attempt: Attempt<T> = { id: null, done: null };
    try {
      return await attemptOnce(db, work, durability, attempt);
    } catch (error) {
      const { id, done } = attempt;
      // It broke while it was committed, so it may have been: only the database knows.
      if (isLost(error) && done !== null && id !== null && (await wasCommitted(db, id))) return done.outcome;
      if (tries <= 1 || !(isLost(error) || isCollision(error))) throw explain(error, pool.where);
      await sleep(Math.random() * PAUSE_MS);
    }
  }
}

interface Attempt<T> {
  /** What the database calls the transaction. */
  id: string | null;
  /** What the work came to, once all of it was done but for the commit. */
  done: { outcome: T } | null;
}

function attemptOnce<T>(
  db: Db,
  work: (trx: Db) => Promise<T>,
  durability: Durability,
  attempt: Attempt<T>,
): Promise<T> {
  return db.transaction().execute(async (trx) => {
    // What is relaxed touches rows of one run or of one machine only: it need not keep others waiting.
    if (durability === "relaxed") await sql`set local synchronous_commit = off`.execute(trx);
    else attempt.id = await takeWriterLock(trx);
    const outcome = await work(trx);
    attempt.done = { outcome };
    return outcome;
  });
}

async function takeWriterLock(trx: Db): Promise<string | null> {
  const { rows } = await sql<{ id: string }>`
    select pg_current_xact_id()::text as id from pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)})`.execute(trx);
  return rows[0]?.id ?? null;
}

/** How often the database is asked: a transaction that was about to commit takes a moment to end. */
const STATUS_TRIES = 50;
const STATUS_PAUSE_MS = 100;

/** @throws StoreError if nobody can say, because the database did not come back */
async function wasCommitted(db: Db, id: string): Promise<boolean> {
  for (let tries = STATUS_TRIES; ; tries -= 1) {
    const row = await db
      .selectNoFrom(sql<string | null>`pg_xact_status(${id}::xid8)`.as("status"))
      .executeTakeFirst();
    if (row?.status === "committed") return true;
    if (row?.status === "aborted") return false;
    // Too old to be known, or hanging: to guess would be to do it twice, or not at all.
    if (row?.status !== "in progress" || tries <= 1)
      throw new StoreError("store_busy", `The database does not say what became of transaction ${id}.`);
    await sleep(STATUS_PAUSE_MS);
  }
}
