/** Whether each job ended as it has to: whole, or with a true reason. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { HistoryMessage } from "../../../src/wire/requests.ts";
import type { Work } from "./plan-work.ts";

export type History = HistoryMessage["history"];

/** What troubles may make a try fail with; the next one has to do better. */
const PASSING = new Set([
  "connection_failed",
  "connection_lost",
  "timed_out",
  "stalled",
  "truncated",
  "bad_response",
  "rate_limited",
  "server_error",
  "object_changed",
  "unreachable",
  "run_lost",
]);
/** wget and its like say less: their last words are all there is. */
const OF_TOOLS = new Set([...PASSING, "command_failed"]);

/** Which of the works a job is for; null for none. */
export function nameOf({ source, destination }: JobMessage): string | null {
  const path = source.kind === "card" ? source.text.replace(/\.md$/, "") : (destination ?? source.text);
  return /(?:file|sent|card)-\d+\.bin/.exec(path)?.[0] ?? null;
}

/** Whether a failure with this code is told truly, given what goes on. */
export function isTrue(code: string, { kind, fails }: Work): boolean {
  return code === fails || (kind === "card" ? OF_TOOLS : PASSING).has(code);
}

/** Whether another try has to be asked for by a person: the troubles are over now. */
export function deservesRetry({ status, error }: JobMessage, work: Work): boolean {
  return status === "FAILED" && error !== null && error.code !== work.fails && isTrue(error.code, work);
}

/** What is wrong with how a job ended; sentences. */
export function judgeEnd(job: JobMessage, history: History, work: Work, wasCancelled: boolean): string[] {
  const broken: string[] = [];
  const say = (text: string): void => void broken.push(`${work.name} (${job.id}): ${text}`);
  if (job.status === "FAILED" && job.error?.code !== work.fails)
    say(`failed with ${job.error?.code}: ${job.error?.message}`);
  if (job.status === "COMPLETE" && work.fails !== null) say(`is complete, though it is ${work.fails}`);
  if (job.status === "CANCELLED" && !wasCancelled) say("was cancelled by nobody");
  if (!["FAILED", "COMPLETE", "CANCELLED"].includes(job.status)) say(`is ${job.status} in the end`);
  if (history[0]?.from !== null || history.at(-1)?.to !== job.status)
    say(`its history begins or ends elsewhere: ${JSON.stringify([history[0], history.at(-1)])}`);
  return [...broken, ...judgeHistory(history, work).map((text) => `${work.name} (${job.id}): ${text}`)];
}

function judgeHistory(history: History, work: Work): string[] {
  return history.flatMap(({ from, to, code, reason }, index) => [
    ...(index > 0 && from !== history[index - 1]?.to ? [`its history has a hole before '${reason}'`] : []),
    ...(code === null || isTrue(code, work) ? [] : [`went to ${to} for ${code}: ${reason}`]),
  ]);
}
