import type { Session, SessionDraft, SessionFilter } from "../../job/access-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";

export async function insertSession(
  backend: Backend,
  { id, hash, account, address, agent, expiresAt }: SessionDraft,
  now: number,
): Promise<void> {
  await backend.write((trx) =>
    trx
      .insertInto("sessions")
      .values({
        id,
        hash,
        account,
        address,
        agent,
        created_at: now,
        last_used_at: now,
        expires_at: expiresAt,
      })
      .execute(),
  );
}

export async function findSession(
  db: Db,
  by: "id" | "hash",
  value: string,
  now: number,
): Promise<Session | null> {
  const row = await sessionsWithRole(db)
    .where(`sessions.${by}`, "=", value)
    .where("sessions.expires_at", ">", now)
    .executeTakeFirst();
  return row === undefined ? null : decodeSession(row);
}

export async function listSessions(db: Db, account: string | null, now: number): Promise<Session[]> {
  let query = sessionsWithRole(db).where("sessions.expires_at", ">", now);
  if (account !== null) query = query.where("sessions.account", "=", account);
  const rows = await query.orderBy("sessions.last_used_at", "desc").orderBy("sessions.id").execute();
  return rows.map(decodeSession);
}

/** A power cut may forget when it was used last: it is used again. */
export async function touchSession(
  backend: Backend,
  id: string,
  now: number,
  expiresAt: number,
): Promise<void> {
  await backend.write(
    (trx) =>
      trx
        .updateTable("sessions")
        .set({ last_used_at: now, expires_at: expiresAt })
        .where("id", "=", id)
        .execute(),
    "relaxed",
  );
}

export async function endSessions(
  backend: Backend,
  { id, account, except }: SessionFilter,
): Promise<string[]> {
  return backend.write(async (trx) => {
    let query = trx.deleteFrom("sessions");
    if (id !== undefined) query = query.where("id", "=", id);
    if (account !== undefined) query = query.where("account", "=", account);
    if (except !== undefined) query = query.where("id", "!=", except);
    return (await query.returning("id").execute()).map((row) => row.id);
  });
}

export async function dropExpired(backend: Backend, now: number): Promise<void> {
  await backend.write((trx) => trx.deleteFrom("sessions").where("expires_at", "<=", now).execute());
}

/** With the role its account has now, not the one it had at the beginning. */
function sessionsWithRole(db: Db) {
  return db
    .selectFrom("sessions")
    .innerJoin("accounts", "accounts.name", "sessions.account")
    .select([
      "sessions.id as id",
      "sessions.account as account",
      "accounts.role as role",
      "sessions.created_at as created_at",
      "sessions.last_used_at as last_used_at",
      "sessions.expires_at as expires_at",
      "sessions.address as address",
      "sessions.agent as agent",
    ]);
}

type SessionRow = Awaited<ReturnType<ReturnType<typeof sessionsWithRole>["execute"]>>[number];

function decodeSession(row: SessionRow): Session {
  return {
    id: row.id,
    account: row.account,
    role: row.role,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
    address: row.address,
    agent: row.agent,
  };
}
