/** What can be asked of many jobs at once, with what is said when it is done. */
import type { AskMany } from "../data/use-job-actions.ts";
import { counted } from "../format/counted.ts";

export const PAUSE_ALL: AskMany = {
  action: "pause",
  which: { filter: { status: ["PENDING", "RUNNING"] } },
  done: (count) => `${counted(count, "download")} paused`,
};
export const RESUME_ALL: AskMany = {
  action: "resume",
  which: { filter: { status: ["PAUSED"] } },
  done: (count) => `${counted(count, "download")} resumed`,
};
export const RETRY_ALL: AskMany = {
  action: "retry",
  which: { filter: { status: ["FAILED"] } },
  done: (count) => `${counted(count, "download")} tried again`,
};
