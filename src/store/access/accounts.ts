import type {
  Account,
  AccountInsertOutcome,
  AccountPatch,
  AccountSecret,
} from "../../job/access-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";

export async function listAccounts(db: Db): Promise<Account[]> {
  const rows = await db
    .selectFrom("accounts")
    .select(["name", "role", "created_at", "password_changed_at"])
    .orderBy("name")
    .execute();
  return rows.map((row) => ({
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    passwordChangedAt: row.password_changed_at,
  }));
}

export async function hasAccounts(db: Db): Promise<boolean> {
  return (await db.selectFrom("accounts").select("name").limit(1).executeTakeFirst()) !== undefined;
}

export async function getAccount(db: Db, name: string): Promise<AccountSecret | null> {
  const row = await db.selectFrom("accounts").selectAll().where("name", "=", name).executeTakeFirst();
  if (row === undefined) return null;
  return {
    name: row.name,
    role: row.role,
    passwordHash: row.password_hash,
    createdAt: row.created_at,
    passwordChangedAt: row.password_changed_at,
  };
}

export async function insertAccount(
  backend: Backend,
  { name, role, passwordHash }: Pick<AccountSecret, "name" | "role" | "passwordHash">,
  now: number,
  onlyFirst: boolean,
): Promise<AccountInsertOutcome> {
  return backend.write(async (trx) => {
    if (onlyFirst && (await hasAccounts(trx))) return "not_first";
    const row = await trx
      .insertInto("accounts")
      .values({ name, role, password_hash: passwordHash, created_at: now, password_changed_at: now })
      .onConflict((conflict) => conflict.column("name").doNothing())
      .returning("name")
      .executeTakeFirst();
    return row === undefined ? "taken" : "inserted";
  });
}

/** What its sessions were begun with, a password or a role, is no longer true: they end. */
export async function updateAccount(
  backend: Backend,
  name: string,
  { role, passwordHash }: AccountPatch,
  now: number,
): Promise<boolean> {
  return backend.write(async (trx) => {
    const row = await trx
      .updateTable("accounts")
      .set({
        name,
        ...(role === undefined ? {} : { role }),
        ...(passwordHash === undefined ? {} : { password_hash: passwordHash, password_changed_at: now }),
      })
      .where("name", "=", name)
      .returning("name")
      .executeTakeFirst();
    if (row === undefined) return false;
    await trx.deleteFrom("sessions").where("account", "=", name).execute();
    return true;
  });
}

export async function removeAccount(backend: Backend, name: string): Promise<boolean> {
  return backend.write(async (trx) => {
    await trx.deleteFrom("sessions").where("account", "=", name).execute();
    const row = await trx
      .deleteFrom("accounts")
      .where("name", "=", name)
      .returning("name")
      .executeTakeFirst();
    return row !== undefined;
  });
}
