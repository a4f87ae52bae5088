import type { CommandPolicy } from "../../job/card-contract.ts";
import type { CommandStep } from "../../job/job.ts";
import { judgeCommand } from "./judge-command.ts";
import { readCommand } from "./read-command.ts";

/** Why the policy does not let a planned command run, or null: it may have been planned under another one. */
export function refuseStep(
  policy: CommandPolicy,
  { line, environment }: Pick<CommandStep, "line" | "environment">,
): string | null {
  const verdict = judgeCommand(policy, readCommand(line), environment["UI_HOME"] ?? "");
  return verdict.kind === "allowed" ? null : verdict.reason;
}
