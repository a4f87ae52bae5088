import type { Job, JobId } from "../job/job.ts";
import { planMove } from "../job/plan-move.ts";
import type { MoveTarget } from "../job/plan-move.ts";
import { adjustJob } from "./act-on-job.ts";
import type { ActParts } from "./act-on-job.ts";
import { everyJob } from "./every-job.ts";
import type { ActOutcome } from "./engine-contract.ts";

/** Puts a waiting job somewhere else in the queue. Others may get another priority to make room for it. */
export async function moveJob(
  id: JobId,
  target: MoveTarget,
  parts: Pick<ActParts, "store" | "clock">,
): Promise<ActOutcome> {
  const job = await parts.store.get(id);
  if (job === null) return { kind: "unknown" };
  if (!isQueued(job)) return { kind: "refused", job, refusal: "the job does not wait in the queue" };
  const queue: Job[] = [];
  for await (const one of everyJob({ kinds: ["pending"] }, "priority", parts.store))
    if (isQueued(one)) queue.push(one);
  const plan = planMove(queue, job, target);
  if (plan === null) return { kind: "refused", job, refusal: "there is no such place in the queue any more" };
  for (const { id: changed, priority } of plan) await adjustJob(changed, { priority }, parts);
  return { kind: "done", job: (await parts.store.get(id)) ?? job };
}

/** One that is to be tried again has had its turn: it goes by the time of its next try. */
function isQueued({ state }: Job): boolean {
  return state.kind === "pending" && state.lastFailure === null;
}
