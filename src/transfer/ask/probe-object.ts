/** What the server says about the object, without fetching it. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { FinalAnswer, Question } from "./ask-origin.ts";
import { checkExpectations } from "../judge/check-expectations.ts";
import { judgeAnswer } from "../judge/judge-answer.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import type { Run } from "../transfer-run.ts";
import { tryAgain } from "../fetch/try-again.ts";

/**
 * One byte instead of HEAD: links signed for GET refuse HEAD, and some servers answer it with other headers.
 */
export const FIRST_BYTE: Question = { start: 0, end: 1, ranged: true, ifRange: null };

export type Probe =
  | { kind: "object"; facts: ObjectFacts; answer: FinalAnswer }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** Asks once. The body of the answer is left. */
export async function probeOnce(
  run: Pick<Run, "ask" | "settings" | "step">,
  signal: AbortSignal,
): Promise<Probe> {
  const asked = await run.ask(FIRST_BYTE, signal);
  if (asked.kind === "failed") return asked;
  if (asked.kind === "aborted") return { kind: "stopped" };
  asked.answer.body.discard();
  return readProbe(run, FIRST_BYTE, asked.answer);
}

/** What an answer says of the object. */
export function readProbe(
  { settings, step }: Pick<Run, "settings" | "step">,
  question: Question,
  answer: FinalAnswer,
): Probe {
  const verdict = judgeAnswer(question, answer, null, settings.clock.now());
  switch (verdict.kind) {
    case "refused":
    case "bad_range":
      return { kind: "failed", failure: verdict.failure };
    case "changed":
      return {
        kind: "failed",
        failure: failure("bad_response", `${answer.url.host} answered 416 to the first byte.`),
      };
    // An empty file has no first byte.
    case "at_end":
    case "whole":
    case "part":
    case "doubtful":
    case "same_by_hash":
      break;
    default:
      throw verdict satisfies never;
  }
  const wrong = checkExpectations(step, answer, verdict.facts);
  return wrong === null
    ? { kind: "object", facts: verdict.facts, answer }
    : { kind: "failed", failure: wrong };
}

/** Asks until there is an answer, or it is not worth asking again in this run. */
export async function probeObject(run: Run): Promise<Probe> {
  for (let failures = 1; ; failures += 1) {
    run.report.stage("connecting", 0, run.addresses.note);
    const probe = await probeOnce(run, run.signal);
    if (probe.kind !== "failed") return probe;
    const next = await tryAgain(run, probe.failure, failures);
    if (run.signal.aborted) return { kind: "stopped" };
    if (next === "over") return { kind: "failed", failure: run.addresses.verdict };
    if (next === "moved") failures = 0;
  }
}
