/** One question, one answer: verbs of the supervisor that end by themselves. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { NoAnswer, RunAnswer } from "../../job/run-contract.ts";
import type { Shell } from "../shell.ts";
import { converse } from "../talk/converse.ts";
import { explainRefusal } from "./explain-refusal.ts";
import { readState } from "./read-state.ts";
import type { Script } from "../talk/script.ts";

/** Lines of words, in order; `beat` is left out. */
export type Said = { kind: "said"; lines: readonly (readonly string[])[]; errors: string } | NoAnswer;

export async function askOnce(shell: Shell, script: Script, signal: AbortSignal): Promise<Said> {
  const lines: (readonly string[])[] = [];
  const talk = converse(shell, script, "brief", signal);
  for (;;) {
    const next = await talk.next();
    if (next.done !== true) {
      const frame = next.value;
      if (frame.kind === "words" && frame.words[0] !== "beat") lines.push(frame.words);
      continue;
    }
    const end = next.value;
    if (end.kind !== "bye") return end;
    const refusal = lines.find(([word]) => word === "error");
    if (refusal === undefined) return { kind: "said", lines, errors: end.errors };
    return { kind: "failed", failure: explainRefusal(refusal.slice(1), end.errors) };
  }
}

/** Of verbs that answer with the state of one run. */
export async function askState(
  shell: Shell,
  script: Script,
  signal: AbortSignal,
): Promise<RunAnswer & { errors?: string }> {
  const said = await askOnce(shell, script, signal);
  if (said.kind !== "said") return said;
  const words = said.lines.find(([word]) => word === "state")?.slice(1) ?? [];
  const state = readState(words);
  return state === null
    ? { kind: "failed", failure: strangeAnswer(words) }
    : { kind: "state", state, errors: said.errors };
}

export function strangeAnswer(words: readonly string[]): Failure {
  return failure(
    "internal",
    `The supervisor answered '${words.join(" ").slice(0, 100)}', which is not known.`,
  );
}
