/** What can be asked of many jobs at once, with what is said when it is done. */
import type { AskMany } from "../data/use-job-actions.ts";
import { counted } from "../format/counted.ts";

export const PAUSE_ALL: AskMany = {
  action: "pause",
  which: { statuses: ["PENDING", "RUNNING"] },
  done: (count) => `${counted(count, "download")} paused`,
};
export const RESUME_ALL: AskMany = {
  action: "resume",
  which: { statuses: ["PAUSED"] },
  done: (count) => `${counted(count, "download")} resumed`,
};
export const RETRY_ALL: AskMany = {
  action: "retry",
  which: { statuses: ["FAILED"] },
  done: (count) => `${counted(count, "download")} tried again`,
};
export const CLEAR_COMPLETED: AskMany = {
  action: "remove",
  which: { statuses: ["COMPLETE"] },
  done: (count) => `${counted(count, "finished download")} cleared from the list; the files stay`,
};
export const CLEAR_CANCELLED: AskMany = {
  action: "remove",
  which: { statuses: ["CANCELLED"] },
  done: (count) => `${counted(count, "cancelled download")} cleared`,
};
