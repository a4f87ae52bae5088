import type { AuditDraft, AuditEntry } from "../../job/access-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";

export async function noteAudit(backend: Backend, entry: AuditDraft): Promise<void> {
  // A power cut may take the last lines, in order; a request must not wait for the disk to be told of.
  await backend.write((trx) => trx.insertInto("audit").values(entry).execute(), "relaxed");
}

export async function readAudit(
  db: Db,
  { before, limit }: { before: number | null; limit: number },
): Promise<AuditEntry[]> {
  let query = db.selectFrom("audit").selectAll().orderBy("id", "desc").limit(limit);
  if (before !== null) query = query.where("id", "<", before);
  return query.execute();
}

export async function forgetAudit(backend: Backend, before: number, most: number): Promise<void> {
  await backend.write(async (trx) => {
    await trx.deleteFrom("audit").where("at", "<", before).execute();
    const oldest = await trx
      .selectFrom("audit")
      .select("id")
      .orderBy("id", "desc")
      .offset(most)
      .limit(1)
      .executeTakeFirst();
    if (oldest !== undefined) await trx.deleteFrom("audit").where("id", "<=", oldest.id).execute();
  });
}
