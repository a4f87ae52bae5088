/** Leaves nothing behind on a place: what belongs to no job any more is ended, and what has ended is cleaned away. */
import type { JobState } from "../../job/job-state.ts";
import { runOf } from "../../job/job-state.ts";
import type { NoAnswer, RunId, Runs } from "../../job/run-contract.ts";
import type { CommandParts } from "./command-parts.ts";
import type { RunName } from "./run-id.ts";
import { prefixOf, readRunId } from "./run-id.ts";

/**
 * Looks at all runs of ours on the place, before another one begins there. `stopped`, `failed` and `asked` are the place's
 * word that it cannot be done now.
 */
export async function sweepRuns(
  runs: Runs,
  { store, storeId, log }: Pick<CommandParts, "store" | "storeId" | "log">,
  signal: AbortSignal,
): Promise<{ kind: "swept" } | NoAnswer> {
  const listed = await runs.list(prefixOf(storeId), signal);
  if (listed.kind !== "runs") return listed;
  const gone: RunId[] = [];
  for (const { id, state } of listed.runs) {
    const name = readRunId(storeId, id);
    // Asked after the list was made: what is begun meanwhile is not in it.
    if (name === null || isWanted(name, (await store.get(name.job))?.state ?? null)) continue;
    if (state.kind !== "exited" && state.kind !== "cancelled" && state.kind !== "rebooted") {
      const answer = await runs.cancel(id, signal);
      if (answer.kind !== "state") return answer;
      log.info({ jobId: name.job, run: id, was: state.kind }, "ended what was left of a run");
    }
    gone.push(id);
  }
  if (gone.length === 0) return { kind: "swept" };
  const cleaned = await runs.clean(gone, signal);
  return cleaned.kind === "cleaned" ? { kind: "swept" } : cleaned;
}

/** Whether a job goes on with this run, now or when somebody retries it. */
function isWanted(name: RunName, state: JobState | null): boolean {
  switch (state?.kind) {
    case undefined:
    case "complete":
    // Somebody asked for it to be ended, but it was out of reach then.
    case "cancelled":
    case "paused":
      return false;
    case "running":
      return name.run === runOf(state) && name.step === state.step;
    case "pending":
    case "blocked":
    case "failed":
      return state.run === name.run && state.step === name.step;
    default:
      throw state satisfies never;
  }
}
