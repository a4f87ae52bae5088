/**
 * A file that came in several answers, and no hash to tell whether they fit together: before it gets its name, a few
 * small ranges of it are fetched again. Servers (and caches before them) that answer a range with the bytes of
 * another one, under the right headers, are found out here.
 */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { Question } from "../ask/ask-origin.ts";
import type { ByteRange } from "../part/byte-ranges.ts";
import type { SpotRules } from "./choose-spots.ts";
import { chooseSpots } from "./choose-spots.ts";
import { compareBody } from "./compare-body.ts";
import { Source } from "../crew/source.ts";
import { judgeAnswer } from "./judge-answer.ts";
import { ifRangeOf } from "./object-facts.ts";
import type { PartFile } from "../part/part-file.ts";
import { pauseBeforeRetry } from "../fetch/pause-before-retry.ts";
import type { Run } from "../transfer-run.ts";

const SPOTS: SpotRules = { least: 4, most: 12, bytes: 64 * 1024 };
/** A spot that takes longer is asked for over another connection: this one may be the slow one of many. Milliseconds. */
const PATIENCE_MS = 5_000;

export type SpotVerdict =
  | { kind: "same" }
  /** The parts of this server cannot be relied on. */
  | { kind: "different"; failure: Failure }
  /** The server does not give these parts (any more); asking again would not help. */
  | { kind: "untold"; reason: string }
  /** It could not be asked; perhaps later. */
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

export async function checkSpots(run: Run, part: PartFile): Promise<SpotVerdict> {
  const size = part.bytesWritten;
  const ask = askAgain(run, part);
  for (const spot of chooseSpots(size, part.seams ?? [], run.settings.random, SPOTS)) {
    const verdict = await checkSpot(run, part, spot, ask);
    if (verdict.kind !== "same") return verdict;
  }
  return { kind: "same" };
}

type Ask = (question: Question, signal: AbortSignal) => ReturnType<Run["ask"]>;

/** Straight where the first answer came from, after that. */
function askAgain(run: Run, part: PartFile): Ask {
  let source: Source | null = null;
  return async (question, signal) => {
    if (source !== null) return source.ask(question, signal);
    const asked = await run.ask(question, signal);
    if (asked.kind === "answer")
      source = new Source(run, run.addresses.current, part.ledger.facts, asked.answer);
    return asked;
  };
}

/** Until there is an answer, by the rules of every request. */
async function checkSpot(run: Run, part: PartFile, spot: ByteRange, ask: Ask): Promise<SpotVerdict> {
  const compare = (signal: AbortSignal): Promise<SpotVerdict> => compareSpot(run, part, spot, ask, signal);
  const hurried = await compare(AbortSignal.any([run.signal, AbortSignal.timeout(PATIENCE_MS)]));
  let verdict = hurried.kind === "stopped" ? await compare(run.signal) : hurried;
  for (let failures = 1; ; failures += 1) {
    if (run.signal.aborted) return { kind: "stopped" };
    if (verdict.kind !== "failed") return verdict;
    if (!verdict.failure.retryable) return { kind: "untold", reason: verdict.failure.message };
    if (!(await pauseBeforeRetry(run, verdict.failure, failures))) return verdict;
    run.report.stage("verifying");
    verdict = await compare(run.signal);
  }
}

async function compareSpot(
  run: Run,
  part: PartFile,
  [start, end]: ByteRange,
  ask: Ask,
  signal: AbortSignal,
): Promise<SpotVerdict> {
  const { facts } = part.ledger;
  const question: Question = { start, end, ranged: true, ifRange: ifRangeOf(facts) };
  const asked = await ask(question, signal);
  if (asked.kind === "aborted") return { kind: "stopped" };
  if (asked.kind === "failed") return asked;
  const { answer } = asked;
  const { host } = answer.url;
  try {
    const verdict = judgeAnswer(question, answer, facts, run.settings.clock.now());
    switch (verdict.kind) {
      case "refused":
      case "bad_range":
        return { kind: "failed", failure: verdict.failure };
      case "changed":
        return { kind: "untold", reason: `The file changed on ${host} since.` };
      case "whole":
      case "same_by_hash":
      case "at_end":
        return { kind: "untold", reason: `${host} gives no parts of it any more.` };
      case "part":
      case "doubtful":
        break;
      default:
        throw verdict satisfies never;
    }
    const stored = await part.read(start, verdict.end - start);
    const comparison = await compareBody(answer, stored, signal);
    if (comparison.kind === "different") return { kind: "different", failure: differs(host, start) };
    // A server that always breaks off was compared as far as it goes.
    return comparison.kind === "failed" && comparison.compared > 0 ? { kind: "same" } : comparison;
  } finally {
    answer.body.discard();
  }
}

function differs(host: string, start: number): Failure {
  const message = `${host} gave other bytes from ${start} on when it was asked a second time: its parts do not fit together.`;
  return failure("object_changed", message, {
    advice: "Try a mirror, or give the hash the file must have.",
    retryable: false,
  });
}
