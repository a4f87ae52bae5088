/** What PostgreSQL needs beside the tables to keep what SQLite keeps by itself: facts of the database, whoever writes. */
import { sql } from "kysely";
import type { Db } from "./schema.ts";

export const CHANGES_CHANNEL = "haulyard_changes";

/**
 * Held by the one transaction that may change state, until it has ended. It makes a store on PostgreSQL what one on
 * SQLite is: its verbs do not meet, and changes come to be seen in the order of their cursors (decisions/034).
 */
const WRITER_LOCK = 0x4841_554c;

/** How long it is known what was committed: far longer than anybody tries to. */
const KNOWN_FOR = "1 hour";
/** One in so many transactions clears away what is older. */
const FORGET_EVERY = 500;

/**
 * Waits until no other transaction changes state, and writes down that this one does: once it is committed, whoever
 * lost the connection meanwhile finds it there. Its number would not do, as PostgreSQL gives the numbers of
 * transactions that a crash undid to others.
 *
 * @returns false if a transaction of this name was committed before
 */
export async function takeWriterLock(trx: Db, token: string): Promise<boolean> {
  const { rows } = await sql`
    with turn as materialized (select pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)}))
    insert into haulyard_commits (token) select ${token}::uuid from turn
    on conflict do nothing returning token`.execute(trx);
  return rows.length > 0;
}

export async function forgetCommits(trx: Db): Promise<void> {
  if (Math.random() * FORGET_EVERY >= 1) return;
  await sql`delete from haulyard_commits where at < now() - ${KNOWN_FOR}::interval`.execute(trx);
}

/** Before anything else: no transaction goes without this table. Several may start at once. */
export async function createCommits(db: Db): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)})`.execute(trx);
    await sql`
      create table if not exists haulyard_commits (
        token uuid primary key,
        at timestamptz not null default now()
      )`.execute(trx);
  });
}

/**
 * Cursors are given out when a change is written, and seen when it is committed. Were the two orders different, a
 * reader at cursor 10 would never hear of a 9 that is committed later; so whoever writes a change has the writer's
 * lock, and keeps it until its commit.
 *
 * Who wrote and how far it came is told to all that listen, at the commit.
 */
export async function guardChanges(trx: Db): Promise<void> {
  const { rows } = await sql`
    select 1 from pg_trigger
    where tgrelid = 'changes'::regclass and tgname = 'haulyard_tell_changes'`.execute(trx);
  if (rows.length > 0) return;
  await sql`
    create or replace function haulyard_order_changes() returns trigger language plpgsql as $$
    begin
      perform pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)});
      return null;
    end $$`.execute(trx);
  await sql`
    create or replace function haulyard_tell_changes() returns trigger language plpgsql as $$
    begin
      perform pg_notify(
        ${sql.lit(CHANGES_CHANNEL)},
        (select max(cursor) from added) || ' ' || current_setting('application_name')
      );
      return null;
    end $$`.execute(trx);
  await sql`
    create trigger haulyard_order_changes before insert on changes
    for each statement execute function haulyard_order_changes()`.execute(trx);
  await sql`
    create trigger haulyard_tell_changes after insert on changes referencing new table as added
    for each statement execute function haulyard_tell_changes()`.execute(trx);
}
