import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { REDACTED } from "../../job/redact.ts";
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
  if (answer.kind === "failed") return { kind: "failed", failure: hideSecrets(answer.failure, spec) };
  if (answer.kind !== "state" || (answer.state.kind !== "new" && answer.state.kind !== "absent"))
    return answer;
  // It should have begun: the disk is full, or the folder went away under it.
  return { kind: "failed", failure: hideSecrets(explainRefusal([], errors), spec) };
}

/** A shell that cannot make sense of a script may quote from it, and the secrets are in there: as quoted there. */
function hideSecrets(failure: Failure, { secrets }: RunSpec): Failure {
  const parts = Object.values(secrets).flatMap((value) => value.split(/['\n]/));
  const message = parts
    .filter((part) => part !== "")
    .reduce((text, part) => text.replaceAll(part, REDACTED), failure.message);
  return { ...failure, message };
}
