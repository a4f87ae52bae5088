import { sql } from "kysely";
import type { HistoryLine, JobId } from "../job/job.ts";
import { decodeHistoryLine } from "./decode-job.ts";
import type { Db } from "./schema.ts";

/** Lines kept of one job: a job that never ends (an instance that comes and goes) does not fill the disk. */
export const HISTORY_LINES_KEPT = 1_000;

/** Adds a line, in the transaction of the change it tells of. The job's row is locked, so lines do not race. */
export async function recordLine(trx: Db, job: number, line: HistoryLine): Promise<void> {
  const written = await trx
    .insertInto("history")
    .values((eb) => ({
      job,
      line: eb
        .selectFrom("history")
        .select(sql<number>`coalesce(max(line), 0) + 1`.as("line"))
        .where("job", "=", job),
      at: line.at,
      from_kind: line.from,
      to_kind: line.to,
      reason: line.reason,
      failure: line.failure === null ? null : JSON.stringify(line.failure),
    }))
    .returning("line")
    .executeTakeFirstOrThrow();
  if (written.line <= HISTORY_LINES_KEPT) return;
  await trx
    .deleteFrom("history")
    .where("job", "=", job)
    .where("line", "<=", written.line - HISTORY_LINES_KEPT)
    .execute();
}

export async function readHistory(db: Db, id: JobId): Promise<HistoryLine[] | null> {
  const job = await db.selectFrom("jobs").select("sequence").where("id", "=", id).executeTakeFirst();
  if (job === undefined) return null;
  const rows = await db
    .selectFrom("history")
    .selectAll()
    .where("job", "=", job.sequence)
    .orderBy("line")
    .execute();
  return rows.map(decodeHistoryLine);
}
