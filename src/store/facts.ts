import type { Db } from "./schema.ts";

export async function getFact(db: Db, key: string): Promise<string | null> {
  const row = await db.selectFrom("facts").select("value").where("key", "=", key).executeTakeFirst();
  return row?.value ?? null;
}

export async function setFact(trx: Db, key: string, value: string): Promise<void> {
  await trx
    .insertInto("facts")
    .values({ key, value })
    .onConflict((conflict) => conflict.column("key").doUpdateSet({ value }))
    .execute();
}

export async function removeFact(trx: Db, key: string): Promise<void> {
  await trx.deleteFrom("facts").where("key", "=", key).execute();
}
