/** The runs of one place, on this machine or on an instance. */
import type { Clock } from "../../job/clock.ts";
import { systemClock } from "../../job/clock.ts";
import type { RunAnswer, RunId, Runs } from "../../job/run-contract.ts";
import { failure } from "../../job/failure.ts";
import type { Shell } from "../shell.ts";
import { askState } from "./ask-once.ts";
import { isRunId } from "./check-spec.ts";
import { cleanRuns } from "./clean-runs.ts";
import { followRun } from "./follow-run.ts";
import { listRuns } from "./list-runs.ts";
import { startRun } from "./start-run.ts";
import { cancelScript, RUNS_DEFAULTS, stateScript } from "./write-script.ts";
import type { Script } from "../talk/script.ts";
import type { RunsOptions } from "./write-script.ts";

/** The shell stays with whoever opened it. */
export function createRuns(shell: Shell, given: Partial<RunsOptions> = {}, clock: Clock = systemClock): Runs {
  const options = { ...RUNS_DEFAULTS, ...given };
  const ask = async (
    id: RunId,
    write: (id: RunId, sh: string, options: RunsOptions) => Script,
    signal: AbortSignal,
  ): Promise<RunAnswer> => {
    if (!isRunId(id)) return { kind: "failed", failure: failure("internal", "That is not the id of a run.") };
    const { errors: _, ...answer } = await askState(shell, write(id, shell.sh, options), signal);
    return answer;
  };
  return {
    start: (spec, signal) => startRun(shell, spec, options, signal),
    state: (id, signal) => ask(id, stateScript, signal),
    cancel: (id, signal) => ask(id, cancelScript, signal),
    follow: (id, from, how) => followRun(shell, { id, from }, options, how, clock),
    list: (prefix, signal) => listRuns(shell, prefix, options, signal),
    clean: (ids, signal) => cleanRuns(shell, ids, options, signal),
  };
}
