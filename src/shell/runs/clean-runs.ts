import type { CleanReport, NoAnswer, RunId } from "../../job/run-contract.ts";
import type { Shell } from "../shell.ts";
import { askOnce } from "./ask-once.ts";
import { isRunId } from "./check-spec.ts";
import { cleanScript } from "./write-script.ts";
import type { RunsOptions } from "./write-script.ts";

/** Removes what is left of ended runs, and what starts and cleanings left behind that were cut off. */
export async function cleanRuns(
  shell: Shell,
  ids: readonly RunId[],
  options: RunsOptions,
  signal: AbortSignal,
): Promise<({ kind: "cleaned" } & CleanReport) | NoAnswer> {
  const said = await askOnce(shell, cleanScript(ids.filter(isRunId), shell.sh, options), signal);
  if (said.kind !== "said") return said;
  const cleaned: RunId[] = [];
  const kept: RunId[] = [];
  for (const [word, id = "", state] of said.lines) {
    if (word === "cleaned") (state === "absent" ? cleaned : kept).push(id);
  }
  return { kind: "cleaned", cleaned, kept };
}
