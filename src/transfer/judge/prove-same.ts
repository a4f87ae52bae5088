/** Are the stored bytes those of the address in use? Asked before bytes of two addresses go into one file. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { Checksum } from "../../job/job.ts";
import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import type { ByteRange } from "../part/byte-ranges.ts";
import { checkExpectations } from "./check-expectations.ts";
import { compareBody } from "./compare-body.ts";
import { judgeAnswer } from "./judge-answer.ts";
import type { ObjectFacts } from "./object-facts.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Run } from "../transfer-run.ts";

export type Proof =
  /** What the address says of the object, its validator included. */
  | { kind: "same"; facts: ObjectFacts; answer: FinalAnswer }
  | { kind: "different"; failure: Failure }
  /** It could not be asked. */
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/**
 * Two servers have no validator in common (RFC 9110 §8.8.1: a validator is of one resource). What is left: the
 * size, hashes if both sides tell them, and the bytes themselves: the last stored MiB, where the two would be
 * joined, is fetched again and compared. Where no hash will tell in the end, so is the first: it tells versions
 * of an image apart, as superblocks and headers hold times and identities.
 *
 * @param ask asks the address that is to prove it; the one in use by default
 */
export async function proveSame(run: Run, part: PartFile, ask: Run["ask"] = run.ask): Promise<Proof> {
  const { size } = part.ledger.facts;
  if (size === null) return different(`how long the file is was never told`);
  let same: Proof = different("nothing is stored yet");
  const hashed = (run.step.checksum ?? part.ledger.checksum) !== null;
  for (const range of rangesToCompare(part.written, run.settings.limits.overlapBytes, hashed)) {
    const compared = await compare(run, part, ask, range, size);
    if (compared.kind !== "same") return compared;
    same = compared;
  }
  return same;
}

/** The stored beginning and end; one range where they meet. */
function rangesToCompare(written: readonly ByteRange[], overlapBytes: number, endOnly: boolean): ByteRange[] {
  const first = written[0];
  const last = written.at(-1);
  if (first === undefined || last === undefined) return [];
  const head: ByteRange = [first[0], Math.min(first[1], first[0] + overlapBytes)];
  const tail: ByteRange = [Math.max(last[0], last[1] - overlapBytes), last[1]];
  if (endOnly) return [tail];
  if (first === last && tail[0] <= head[1]) return [[head[0], tail[1]]];
  return [head, tail];
}

async function compare(
  run: Run,
  part: PartFile,
  ask: Run["ask"],
  [start, end]: ByteRange,
  size: number,
): Promise<Proof> {
  const question: Question = { start, end, ranged: true, ifRange: null };
  const asked = await ask(question, run.signal);
  if (asked.kind === "aborted") return { kind: "stopped" };
  if (asked.kind === "failed") return asked;
  const { answer } = asked;
  try {
    const verdict = judgeAnswer(question, answer, null, run.settings.clock.now());
    if (verdict.kind === "refused") return { kind: "failed", failure: verdict.failure };
    const { host } = answer.url;
    if (verdict.kind !== "part" && verdict.kind !== "doubtful")
      return different(`${host} gives no parts of it`);
    const { facts } = verdict;
    if (facts.size !== size) {
      return differentIn(
        "size_mismatch",
        `${host} has a file of ${facts.size ?? "unknown"} bytes, ${size} are expected.`,
      );
    }
    const wrong = checkExpectations(run.step, answer, facts) ?? contradiction(part, facts.published, host);
    if (wrong !== null) return { kind: "different", failure: wrong };
    if (verdict.end !== end) return different(`${host} gives less of it than asked for`);
    const compared = await compareBody(answer, await part.read(start, end - start), run.signal);
    if (compared.kind === "different")
      return different(`its bytes on ${host} are others than the stored ones`);
    return compared.kind === "same" ? { kind: "same", facts, answer } : compared;
  } finally {
    answer.body.discard();
  }
}

function contradiction({ ledger }: PartFile, told: Checksum | null, host: string): Failure | null {
  const known = [ledger.checksum, ledger.facts.published];
  const other = known.find(
    (each) => each !== null && each.algorithm === told?.algorithm && each.hex !== told.hex,
  );
  if (told === null || other === undefined || other === null) return null;
  const message = `${host} has a file with the ${told.algorithm} ${told.hex}, expected ${other.hex} (${other.origin}).`;
  return failure("checksum_mismatch", message);
}

function different(reason: string): Proof {
  return differentIn("bad_response", `The file cannot be gone on with from there: ${reason}.`);
}

function differentIn(
  code: "bad_response" | "size_mismatch",
  message: string,
): Extract<Proof, { kind: "different" }> {
  const advice = "Leave this mirror out, or check that it has the same file.";
  return { kind: "different", failure: failure(code, message, { retryable: false, advice }) };
}
