import type { JobMessage } from "../../../src/wire/job-message.ts";

/** Whether bytes say anything of a job: commands may never name any (`pip install`). */
export function tellsBytes({ progress, steps }: Pick<JobMessage, "progress" | "steps">): boolean {
  if (progress.bytes_done > 0 || (progress.bytes_total ?? 0) > 0) return true;
  return !steps.some(({ kind }) => kind === "command");
}
