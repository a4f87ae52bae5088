/** Asks a place again and again while it is out of reach. */
import type { Clock } from "../../job/clock.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { pauseMs } from "../../job/retry-policy.ts";
import { spanText } from "../../job/span-text.ts";
import type { NoAnswer } from "../../job/run-contract.ts";

export interface Patience {
  clock: Clock;
  random: () => number;
  /** How long a place may be out of reach. */
  unreachableMs: number;
  signal: AbortSignal;
  /** It did not answer; it is asked again. */
  onTrouble: (trouble: Failure) => void;
}

/** The answer, or why there is none: after a time out of reach `unreachable`. */
export async function askUntilReached<Answer extends { kind: string }>(
  ask: () => Promise<Answer | NoAnswer>,
  { clock, random, unreachableMs, signal, onTrouble }: Patience,
): Promise<Answer | NoAnswer> {
  const since = clock.now();
  for (let tries = 0; ; tries += 1) {
    const answer = await ask();
    if (!isTrouble(answer)) return answer;
    const passedMs = clock.now() - since;
    if (passedMs >= unreachableMs) return { kind: "failed", failure: giveUp(answer.failure, passedMs) };
    onTrouble(answer.failure);
    await clock.sleep(Math.min(pauseMs(tries, random()), unreachableMs - passedMs), signal);
    if (signal.aborted) return { kind: "stopped" };
  }
}

function isTrouble(answer: { kind: string } | NoAnswer): answer is { kind: "failed"; failure: Failure } {
  return answer.kind === "failed" && "failure" in answer && answer.failure.retryable;
}

function giveUp(last: Failure, passedMs: number): Failure {
  return failure(
    "unreachable",
    `The instance could not be reached for ${spanText(passedMs)}. ${last.message}`,
  );
}
