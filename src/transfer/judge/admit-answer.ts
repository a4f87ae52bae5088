import { basename } from "node:path";
import type { Failure } from "../../job/failure.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { checkEncoding } from "./check-content.ts";
import { checkExpectations } from "./check-expectations.ts";
import { checkSpace } from "../place/check-space.ts";
import { headerOf } from "../ask/http-answer.ts";
import type { ObjectFacts } from "./object-facts.ts";
import type { EarlyEnd, Run } from "../transfer-run.ts";

export type Admission =
  | { kind: "admitted" }
  /** The answer is not the file that is meant. */
  | { kind: "wrong"; failure: Failure }
  /** Nothing to do with the answer: somebody objects, or the disk is full. */
  | { kind: "ended"; outcome: EarlyEnd };

/**
 * What has to hold before a body is written: it is the file meant, nobody objects, there is room.
 *
 * @param size bytes of the whole object, or null
 * @param stored bytes that are there already (or go before the new ones come)
 */
export async function admitAnswer(
  run: Run,
  path: string,
  answer: FinalAnswer,
  facts: ObjectFacts,
  { size, stored }: { size: number | null; stored: number },
): Promise<Admission> {
  const coding = headerOf(answer.headers, "content-encoding");
  const wrong =
    checkEncoding(coding, basename(path), answer.url.host) ?? checkExpectations(run.step, answer, facts);
  if (wrong !== null) return { kind: "wrong", failure: wrong };
  const refusal = await run.resolveOnce(path, size);
  if (refusal !== null) {
    return { kind: "ended", outcome: { kind: "failed", failure: refusal, bytesCame: false } };
  }
  run.report.bytes(stored, size);
  const shortage = await checkSpace(run, path, size === null ? null : Math.max(0, size - stored));
  if (shortage !== null) return { kind: "ended", outcome: shortage };
  await run.point("answered");
  return { kind: "admitted" };
}
