/** What is known of a run of a command before its first word. */
import type { ToolName } from "../../job/output-contract.ts";
import type { CommandProgress } from "../../job/progress.ts";
import { LOG_START } from "../../job/run-contract.ts";
import type { CommandRun } from "./command-parts.ts";

/** With several connections it may be another tool than the line says. */
export function toolOf({ step, host }: CommandRun): ToolName {
  return step.isPlainFetch && host?.limits.connections != null ? "auto" : step.tool;
}

export function firstProgress({ job, run, index }: CommandRun, logEnd: number): CommandProgress {
  const before = job.progress.command ?? null;
  return {
    run,
    step: index,
    begun: before !== null && before.step === index && before.begun,
    event: null,
    share: null,
    bytesBefore: bytesBeforeOf(before, index),
    bytesHere: 0,
    next: LOG_START,
    loggedFrom: logEnd,
    loggedTo: logEnd,
  };
}

/** What the commands before this one came to is known of the last run, whichever of the two it was of. */
function bytesBeforeOf(before: CommandProgress | null, index: number): number {
  if (before === null || before.step > index) return 0;
  return before.step === index
    ? before.bytesBefore
    : before.bytesBefore + (before.event?.all.bytes_done ?? 0);
}
