/** How a command may end, and what that is to its job. */
import type { Failure } from "../../job/failure.ts";
import type { RunnerEvent } from "../../job/job-event.ts";
import type { NoAnswer } from "../../job/run-contract.ts";

export interface CommandEnd {
  event: RunnerEvent;
  /** To be done once the event is written down: nobody asks for the run any more. */
  afterwards?: () => Promise<void>;
}

/** What came is kept; it goes on by itself when there is space. */
export function waitForSpace({ message }: Failure): Extract<RunnerEvent, { type: "suspended" }> {
  return { type: "suspended", why: "no_space", note: message };
}

/** No word from the place, and a run may be at work there: a retry meets it. Without room nothing was begun. */
export function endUnanswered(answer: Exclude<NoAnswer, { kind: "stopped" }>): CommandEnd {
  if (answer.kind === "failed" && answer.failure.code === "no_space")
    return { event: waitForSpace(answer.failure) };
  return answer.kind === "asked"
    ? { event: { type: "asked", question: answer.question, detached: true } }
    : { event: { type: "failed", failure: answer.failure, retryAt: null, detached: true } };
}

export function endFailed(why: Failure): CommandEnd {
  return { event: { type: "failed", failure: why, retryAt: null } };
}

export function endStopped(detached: boolean): CommandEnd {
  return { event: { type: "stopped", detached } };
}
