/** One piece of a file over one connection, beside others that fetch the rest. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { checkEncoding } from "../judge/check-content.ts";
import { headerOf } from "../ask/http-answer.ts";
import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import { judgeAnswer } from "../judge/judge-answer.ts";
import { sentTooMuch, truncated } from "../judge/length-failures.ts";
import { ifRangeOf } from "../judge/object-facts.ts";
import type { PartFile } from "../part/part-file.ts";
import { receiveBody } from "../fetch/receive-body.ts";
import type { Receipt } from "../fetch/receive-body.ts";
import type { Run } from "../transfer-run.ts";
import { boundsOf } from "./claims.ts";
import type { Claim } from "./claims.ts";
import type { Source } from "./source.ts";

export interface PieceParts {
  run: Run;
  part: PartFile;
  source: Source;
  claim: Claim;
  /** Leaves the answer; what came of it stays. */
  signal: AbortSignal;
  /** A hash will tell in the end whether the bytes are right. */
  hashed: boolean;
  /** The answer is here. */
  answered: () => void;
}

export type PieceEnd =
  /** All that was claimed is written, as far as it was not taken away meanwhile. */
  | { kind: "done" }
  /** It broke off, or nothing came: what came counts. */
  | { kind: "failed"; failure: Failure }
  /** Answers of this server cannot be put together into one file. */
  | { kind: "doubtful"; failure: Failure }
  | { kind: "stopped" };

export async function fetchPiece(parts: PieceParts): Promise<PieceEnd> {
  const { source, claim } = parts;
  while (claim.position < claim.end) {
    const question: Question = {
      start: claim.position,
      end: claim.end,
      ranged: true,
      ifRange: ifRangeOf(source.facts),
    };
    const asked = await source.ask(question, parts.signal);
    if (asked.kind === "aborted") return { kind: "stopped" };
    if (asked.kind === "failed") return asked;
    parts.answered();
    try {
      const end = await takeAnswer(parts, question, asked.answer);
      if (end !== null) return end;
    } finally {
      asked.answer.body.discard();
    }
  }
  return { kind: "done" };
}

/** Null: it was right, and there may be more to ask for (RFC 9110 §15.3.7 lets a server send less). */
async function takeAnswer(
  { run, part, source, claim, signal, hashed }: PieceParts,
  question: Question,
  answer: FinalAnswer,
): Promise<PieceEnd | null> {
  const verdict = judgeAnswer(question, answer, source.facts, run.settings.clock.now());
  if (verdict.kind === "refused") return { kind: "failed", failure: verdict.failure };
  const trusted = verdict.kind === "part" || (verdict.kind === "doubtful" && hashed);
  const { host } = answer.url;
  const coding = checkEncoding(headerOf(answer.headers, "content-encoding"), host, host);
  if (!trusted || coding !== null) {
    const words = `${host} does not answer every request for a part with that part.`;
    return { kind: "doubtful", failure: coding ?? failure("bad_response", words) };
  }
  const receipt = await receiveBody(run, {
    answer,
    start: question.start,
    end: verdict.end,
    bounds: () => boundsOf(claim, signal),
    open: async () => ({ kind: "opened", part, from: question.start }),
    headBytes: 0,
  });
  return judgeReceipt(receipt, host, part);
}

async function judgeReceipt(receipt: Receipt, host: string, part: PartFile): Promise<PieceEnd | null> {
  switch (receipt.kind) {
    case "all":
    case "enough":
      return null;
    case "broken":
    case "refused":
      return { kind: "failed", failure: receipt.failure };
    case "short":
      return { kind: "failed", failure: truncated(host, receipt.missing) };
    case "overrun":
      await part.disown([receipt.from, receipt.to]);
      return { kind: "doubtful", failure: sentTooMuch(host) };
    case "mismatch":
      throw new Error("a piece has nothing to be compared with");
    case "stopped":
      return { kind: "stopped" };
    default:
      return receipt satisfies never;
  }
}
