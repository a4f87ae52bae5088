/** What can be asked of many jobs at once, with what is said when it is done. */
import type { AskMany } from "../data/use-job-actions.ts";
import { tn } from "../words/words.ts";

export const PAUSE_ALL: AskMany = {
  action: "pause",
  which: { filter: { status: ["PENDING", "RUNNING"] } },
  done: (count) => tn(count, "{n} download paused", "{n} downloads paused"),
};
export const RESUME_ALL: AskMany = {
  action: "resume",
  which: { filter: { status: ["PAUSED"] } },
  done: (count) => tn(count, "{n} download resumed", "{n} downloads resumed"),
};
export const RETRY_ALL: AskMany = {
  action: "retry",
  which: { filter: { status: ["FAILED"] } },
  done: (count) => tn(count, "{n} download tried again", "{n} downloads tried again"),
};
