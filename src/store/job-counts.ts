import { sql } from "kysely";
import type { JobStateKind } from "../job/job-state.ts";
import type { JobCounts } from "../job/store-contract.ts";
import type { Db } from "./schema.ts";

/**
 * Notes that jobs of a lane moved from one state to another; null: are new, or gone.
 * Last in its transaction: on a database with row locks everybody wants these rows.
 */
export async function shiftCount(
  trx: Db,
  lane: string,
  from: JobStateKind | null,
  to: JobStateKind | null,
  jobs = 1,
): Promise<void> {
  if (from === to) return;
  if (from !== null) {
    await trx
      .updateTable("job_counts")
      .set({ n: sql`n - ${jobs}` })
      .where("lane", "=", lane)
      .where("kind", "=", from)
      .execute();
  }
  if (to !== null) {
    await trx
      .insertInto("job_counts")
      .values({ lane, kind: to, n: jobs })
      .onConflict((conflict) =>
        conflict.columns(["lane", "kind"]).doUpdateSet({ n: sql`job_counts.n + excluded.n` }),
      )
      .execute();
  }
}

export async function countJobs(db: Db): Promise<JobCounts> {
  const counts: JobCounts = {
    pending: 0,
    running: 0,
    paused: 0,
    blocked: 0,
    complete: 0,
    failed: 0,
    cancelled: 0,
  };
  for (const { kind, n } of await db.selectFrom("job_counts").select(["kind", "n"]).execute()) {
    counts[kind] += n;
  }
  return counts;
}
