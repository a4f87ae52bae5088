import { failure } from "../../job/failure.ts";
import type { RunAnswer, RunSpec } from "../../job/run-contract.ts";
import type { Shell } from "../shell.ts";
import { askState } from "./ask-once.ts";
import { refuseSpec } from "./check-spec.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { startScript } from "./write-script.ts";
import type { RunsOptions } from "./write-script.ts";

/** Starts a run unless it was started before, by us or by anybody. Cut off at any moment, it may be called again. */
export async function startRun(
  shell: Shell,
  spec: RunSpec,
  options: RunsOptions,
  signal: AbortSignal,
): Promise<RunAnswer> {
  const refusal = refuseSpec(spec);
  if (refusal !== null)
    return {
      kind: "failed",
      failure: failure("unsupported", refusal, { advice: "Change the command, or run it by hand." }),
    };
  const { errors = "", ...answer } = await askState(shell, startScript(spec, shell.sh, options), signal);
  if (answer.kind !== "state" || (answer.state.kind !== "new" && answer.state.kind !== "absent"))
    return answer;
  // It should have begun: the disk is full, or the folder went away under it.
  return { kind: "failed", failure: explainRefusal([], errors) };
}
