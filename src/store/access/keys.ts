import type { Selectable } from "kysely";
import type { ApiKey, ApiKeyDraft } from "../../job/access-contract.ts";
import type { Backend } from "../backend.ts";
import type { ApiKeysTable, Db } from "../schema.ts";

export async function insertKey(
  backend: Backend,
  { id, hash, name, role, createdBy, expiresAt }: ApiKeyDraft,
  now: number,
): Promise<void> {
  await backend.write((trx) =>
    trx
      .insertInto("api_keys")
      .values({
        id,
        hash,
        name,
        role,
        created_at: now,
        created_by: createdBy,
        last_used_at: null,
        expires_at: expiresAt,
      })
      .execute(),
  );
}

export async function findKey(db: Db, by: "id" | "hash", value: string, now: number): Promise<ApiKey | null> {
  const row = await db.selectFrom("api_keys").selectAll().where(by, "=", value).executeTakeFirst();
  if (row === undefined || (row.expires_at !== null && row.expires_at <= now)) return null;
  return decodeKey(row);
}

export async function listKeys(db: Db): Promise<ApiKey[]> {
  const rows = await db
    .selectFrom("api_keys")
    .selectAll()
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(decodeKey);
}

export async function touchKey(backend: Backend, id: string, now: number): Promise<void> {
  await backend.write(
    (trx) => trx.updateTable("api_keys").set({ last_used_at: now }).where("id", "=", id).execute(),
    "relaxed",
  );
}

export async function removeKey(backend: Backend, id: string): Promise<boolean> {
  return backend.write(
    async (trx) =>
      (await trx.deleteFrom("api_keys").where("id", "=", id).returning("id").executeTakeFirst()) !==
      undefined,
  );
}

function decodeKey(row: Selectable<ApiKeysTable>): ApiKey {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdAt: row.created_at,
    createdBy: row.created_by,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  };
}
