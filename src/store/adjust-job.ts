import { planAdjustment } from "../job/adjust.ts";
import type { Adjustment } from "../job/adjust.ts";
import type { JobId } from "../job/job.ts";
import type { AdjustOutcome } from "../job/store-contract.ts";
import { readLocked } from "./apply-event.ts";
import type { Backend } from "./backend.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { recordLine } from "./history.ts";
import { rankOf } from "./job-columns.ts";

/** Not a change of state: `updatedAt` stays. What the plan gives words for is told in the history all the same. */
export async function adjustJob(
  backend: Backend,
  id: JobId,
  adjustment: Adjustment,
  now: number,
): Promise<AdjustOutcome> {
  return backend.write(async (trx) => {
    const row = await readLocked(backend, trx, id);
    if (row === null) return { kind: "unknown" };
    const job = decodeJob(row);
    const plan = planAdjustment(job, adjustment);
    if (!plan.ok) return { kind: "refused", job, refusal: plan.refusal };
    const { priority, limitBytesPerSecond } = plan.adjusted;
    if (priority === job.priority && limitBytesPerSecond === job.limitBytesPerSecond)
      return { kind: "adjusted", job, changed: false };
    const adjusted = await trx
      .updateTable("jobs")
      .set({ rank: rankOf(priority), limit_rate: limitBytesPerSecond })
      .where("sequence", "=", row.sequence)
      .returningAll()
      .executeTakeFirstOrThrow();
    for (const reason of plan.reasons) {
      const { kind } = job.state;
      await recordLine(trx, row.sequence, { at: now, from: kind, to: kind, reason, failure: null });
    }
    await recordChanges(trx, [id], "job", now);
    return { kind: "adjusted", job: decodeJob(adjusted), changed: true };
  });
}
