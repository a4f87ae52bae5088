import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import type { Turn } from "./fetch-turn.ts";
import type { Run } from "../transfer-run.ts";

/** @param first an answer with the whole object that is there already */
export async function nextAnswer(
  run: Run,
  question: Question,
  first: FinalAnswer | null,
): Promise<FinalAnswer | Turn> {
  if (first !== null && !question.ranged) return first;
  first?.body.discard();
  const asked = await run.ask(question, run.signal);
  if (asked.kind === "answer") return asked.answer;
  if (asked.kind === "failed") return { kind: "missed", failure: asked.failure };
  return { kind: "ended", outcome: { kind: "stopped" } };
}
