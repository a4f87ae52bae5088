import type { NoAnswer, RunId, RunState } from "../../job/run-contract.ts";
import type { Shell } from "../shell.ts";
import { askOnce } from "./ask-once.ts";
import { isRunId } from "./check-spec.ts";
import { readState } from "./read-state.ts";
import { listScript } from "./write-script.ts";
import type { RunsOptions } from "./write-script.ts";

export async function listRuns(
  shell: Shell,
  prefix: string,
  options: RunsOptions,
  signal: AbortSignal,
): Promise<{ kind: "runs"; runs: { id: RunId; state: RunState }[] } | NoAnswer> {
  const said = await askOnce(shell, listScript(prefix, shell.sh, options), signal);
  if (said.kind !== "said") return said;
  const runs: { id: RunId; state: RunState }[] = [];
  for (const [word, id = "", ...words] of said.lines) {
    const state = readState(words);
    // Somebody else's folder among ours is no run.
    if (word === "listed" && isRunId(id) && state !== null) runs.push({ id, state });
  }
  return { kind: "runs", runs };
}
