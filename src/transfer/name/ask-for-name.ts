/** Where the server has to be asked what a file is called. */
import { join } from "node:path";
import type { Failure } from "../../job/failure.ts";
import { nameFromUrl } from "../../job/file-name.ts";
import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import { WHOLE } from "../ask/ask-origin.ts";
import { chooseName } from "./choose-name.ts";
import { headerOf } from "../ask/http-answer.ts";
import type { Verdict } from "../judge/judge-answer.ts";
import { judgeAnswer } from "../judge/judge-answer.ts";
import { partPath } from "../part/ledger-file.ts";
import { FIRST_BYTE } from "../ask/probe-object.ts";
import type { EarlyEnd, Run } from "../transfer-run.ts";
import { tryAgain } from "../fetch/try-again.ts";

export type Named =
  /** `first`: an answer with the whole object, where there is one. */
  { kind: "named"; path: string; first: FinalAnswer | null } | EarlyEnd;

export function atName(run: Run, name: string, first: FinalAnswer | null): Named {
  return { kind: "named", path: join(run.step.folder, name), first };
}

/** Only the server can tell the name; what it answers is kept for whoever asks next. */
export async function askForName(run: Run): Promise<Named> {
  // Of a file that is there, or begun, nothing is to come a second time.
  let question = (await isProbablyThere(run)) ? FIRST_BYTE : WHOLE;
  for (let failures = 1; ; failures += 1) {
    run.report.stage("connecting", 0, run.addresses.note);
    const asked = await run.ask(question, run.signal);
    if (asked.kind === "aborted") return { kind: "stopped" };
    const why = asked.kind === "failed" ? asked.failure : refusalOf(run, question, asked.answer);
    if (asked.kind === "answer" && why === null) return take(run, question, asked.answer);
    if (asked.kind === "answer") {
      asked.answer.body.discard();
      if (question.ranged) {
        // It may be the range that the server does not like.
        question = WHOLE;
        continue;
      }
    }
    const next = await tryAgain(run, why as Failure, failures);
    if (run.signal.aborted) return { kind: "stopped" };
    if (next === "over") return { kind: "failed", failure: run.addresses.verdict, bytesCame: false };
    if (next === "moved") failures = 0;
  }
}

/** By the name the address ends in: most files are called so. */
async function isProbablyThere({ step, machinery }: Run): Promise<boolean> {
  const likely = nameFromUrl(step.url);
  const folder = likely === null ? null : await machinery.small.folder(step.folder);
  if (folder === null) return false;
  const path = join(step.folder, likely ?? "");
  return (await folder.calls.look(path)) !== null || (await folder.calls.look(partPath(path))) !== null;
}

function refusalOf(run: Run, question: Question, answer: FinalAnswer): Failure | null {
  const verdict: Verdict = judgeAnswer(question, answer, null, run.settings.clock.now());
  return verdict.kind === "refused" || verdict.kind === "bad_range" ? verdict.failure : null;
}

function take(run: Run, question: Question, answer: FinalAnswer): Named {
  const disposition = headerOf(answer.headers, "content-disposition");
  const name = chooseName(disposition, new URL(run.step.url), answer.url);
  // A server without ranges sends all of it: that is the file, if it is wanted.
  if (answer.status === 200 || answer.status === 203) return atName(run, name, answer);
  run.keepAhead(question, { kind: "answer", answer });
  return atName(run, name, null);
}
