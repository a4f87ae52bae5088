/** What keeps and tells the order of changes inside of PostgreSQL: facts of the database, whoever writes. */
import { sql } from "kysely";
import { WRITER_LOCK } from "./postgres-transaction.ts";
import type { Db } from "./schema.ts";

export const CHANGES_CHANNEL = "haulyard_changes";

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
      perform pg_notify(${sql.lit(CHANGES_CHANNEL)}, (select max(cursor) from added) || ' ' || current_setting('application_name'));
      return null;
    end $$`.execute(trx);
  await sql`
    create trigger haulyard_order_changes before insert on changes
    for each statement execute function haulyard_order_changes()`.execute(trx);
  await sql`
    create trigger haulyard_tell_changes after insert on changes referencing new table as added
    for each statement execute function haulyard_tell_changes()`.execute(trx);
}
