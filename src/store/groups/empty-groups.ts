/** Groups that nothing was put into: whoever began them did not get far. */
import { sql } from "kysely";
import type { SqlBool } from "kysely";
import type { GroupId } from "../../job/group.ts";
import { recordChanges } from "../changes.ts";
import type { Db } from "../schema.ts";

/** Those forgotten in one transaction; the rest wait for the next look. */
const AT_ONCE = 200;

export async function findEmpty(db: Db, createdBefore: number): Promise<GroupId[]> {
  const rows = await db
    .selectFrom("job_groups")
    .select("id")
    .where("created_at", "<", createdBefore)
    .where(sql<SqlBool>`not exists (select 1 from group_members m where m.group_number = job_groups.number)`)
    .limit(AT_ONCE)
    .execute();
  return rows.map(({ id }) => id);
}

export async function forgetEmpty(trx: Db, createdBefore: number, now: number): Promise<GroupId[]> {
  const ids = await findEmpty(trx, createdBefore);
  if (ids.length === 0) return ids;
  await trx.deleteFrom("job_groups").where("id", "in", ids).execute();
  await recordChanges(trx, ids, "group", now);
  return ids;
}
