/**
 * Unfinished bytes of removed jobs on the disks of machines that did not remove them. A fact for each: these machines take
 * them up one after the other, and of most there are none.
 */
import { sql } from "kysely";
import type { Expression, SqlBool } from "kysely";
import type { LeftBytes } from "../../job/node-contract.ts";
import type { Db } from "../schema.ts";

export async function noteLeft(trx: Db, node: string, { job, destination }: LeftBytes): Promise<void> {
  // Of a machine that is not known nobody would ever take them up.
  const known = await trx.selectFrom("nodes").select("name").where("name", "=", node).executeTakeFirst();
  if (known === undefined) return;
  await trx
    .insertInto("facts")
    .values({ key: `${prefixOf(node)}${job}`, value: destination })
    .onConflict((conflict) => conflict.column("key").doNothing())
    .execute();
}

export async function listLeft(db: Db, node: string, limit: number): Promise<LeftBytes[]> {
  const prefix = prefixOf(node);
  const rows = await db
    .selectFrom("facts")
    .select(["key", "value"])
    .where(begins(prefix))
    .limit(limit)
    .execute();
  return rows.map(({ key, value }) => ({ job: key.slice(prefix.length), destination: value }));
}

/** @param job left out: all of the node */
export async function forgetLeft(trx: Db, node: string, job?: string): Promise<void> {
  const prefix = prefixOf(node);
  const facts = trx.deleteFrom("facts");
  await (
    job === undefined ? facts.where(begins(prefix)) : facts.where("key", "=", `${prefix}${job}`)
  ).execute();
}

/** To the letter: `like` of SQLite takes GPU for gpu. */
function begins(prefix: string): Expression<SqlBool> {
  return sql<SqlBool>`substr(key, 1, cast(${prefix.length} as integer)) = ${prefix}`;
}

/** No name of a node has a colon. */
function prefixOf(node: string): string {
  return `left_bytes:${node}:`;
}
