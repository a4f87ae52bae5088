/** What a person may change of a job that is there. */
import type { Job } from "./job.ts";
import { formatRate } from "./limit/format-rate.ts";

export type Adjustment = Partial<Pick<Job, "priority" | "limitBytesPerSecond">>;

export type AdjustmentPlan =
  | {
      ok: true;
      adjusted: Required<Adjustment>;
      /** For the history: what explains later how the download went. An order in the queue does not. */
      reasons: readonly string[];
    }
  | { ok: false; refusal: string };

/** What an adjustment makes of a job. A job that failed or was cancelled may be retried, a complete one is over. Pure. */
export function planAdjustment(
  { state, priority, limitBytesPerSecond }: Pick<Job, "state" | "priority" | "limitBytesPerSecond">,
  adjustment: Adjustment,
): AdjustmentPlan {
  if (state.kind === "complete") return { ok: false, refusal: "the job is complete" };
  const adjusted = { priority, limitBytesPerSecond, ...adjustment };
  const limit = adjusted.limitBytesPerSecond;
  if (limit === limitBytesPerSecond) return { ok: true, adjusted, reasons: [] };
  const reason = limit === null ? "limit lifted by a person" : `limited to ${formatRate(limit)} by a person`;
  return { ok: true, adjusted, reasons: [reason] };
}
