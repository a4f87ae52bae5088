/** What an answer to a question is worth, by what is known of the object so far. Pure. */
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import { classifyStatus, isLinkRefused } from "../ask/classify-status.ts";
import { parseContentRange } from "./content-range.ts";
import { headerOf } from "../ask/http-answer.ts";
import type { ObjectFacts } from "./object-facts.ts";
import { compareFacts, readFacts } from "./object-facts.ts";

export type Verdict =
  /** The body is the object from its first byte on. */
  | { kind: "whole"; facts: ObjectFacts }
  /** The body is [start, end) of the object the stored bytes are of. */
  | { kind: "part"; facts: ObjectFacts; end: number }
  /** As `part`, but nothing vouches for it: only comparing bytes can tell. */
  | { kind: "doubtful"; facts: ObjectFacts; end: number }
  /** The stored bytes are of another object. */
  | { kind: "changed"; facts: ObjectFacts }
  /** The validator is another one, but the published hash is the same: the bytes are. */
  | { kind: "same_by_hash"; facts: ObjectFacts }
  /** A 206 that is not what was asked for, or no answer to it at all. */
  | { kind: "bad_range"; failure: Failure }
  /** 416 to a question for what comes after the stored bytes: the object ends just there. */
  | { kind: "at_end"; facts: ObjectFacts }
  | { kind: "refused"; failure: Failure };

/**
 * @param known the object the stored bytes are of, or null if there are none
 * @param now epoch milliseconds
 */
export function judgeAnswer(
  question: Question,
  answer: FinalAnswer,
  known: ObjectFacts | null,
  now: number,
): Verdict {
  switch (answer.status) {
    case 200:
    // RFC 9110 §15.3.4: 203 is 200 with a proxy's hand in it; length, hash and content are checked all the same.
    case 203:
      return judgeWhole(question, answer, known);
    case 206:
      return judgePart(question, answer, known);
    case 416:
      return judgeUnsatisfied(question, answer, known, now);
    default:
      return { kind: "refused", failure: refusalOf(answer, known, now) };
  }
}

/**
 * Links that a server signs and redirects to expire. If bytes of the object came already, a link that is refused is
 * not the last word: whoever redirects hands out another one.
 */
function refusalOf(answer: FinalAnswer, known: ObjectFacts | null, now: number): Failure {
  const why = classifyStatus(answer.status, answer, now);
  if (known === null || answer.redirectedBy === null || !isLinkRefused(answer.status)) return why;
  const advice = "The link may have expired; it is asked for anew, and what is stored is kept.";
  return { ...why, message: `${why.message} to the link of ${answer.redirectedBy}`, advice, retryable: true };
}

function judgeWhole(question: Question, answer: FinalAnswer, known: ObjectFacts | null): Verdict {
  const facts = factsOf(answer, answer.length);
  // The part was asked for under a validator that no longer holds, yet the hash says the bytes are the same.
  const byHash =
    known?.published != null && facts.published?.hex === known.published.hex && question.ifRange !== null;
  if (byHash && question.ranged && known.etag !== facts.etag && compareFacts(known, facts) === "same") {
    return { kind: "same_by_hash", facts };
  }
  return { kind: "whole", facts };
}

function judgePart(question: Question, answer: FinalAnswer, known: ObjectFacts | null): Verdict {
  const { host } = answer.url;
  if (!question.ranged) {
    return badRange(`${host} sent a part (206) although the whole file was asked for.`);
  }
  // RFC 9110 §15.3.7.2: a server must not send multipart for a single range.
  if (/^multipart\//i.test(headerOf(answer.headers, "content-type") ?? "")) {
    return badRange(`${host} sent several parts in one (multipart/byteranges) although one was asked for.`);
  }
  const range = parseContentRange(headerOf(answer.headers, "content-range"));
  if (range.kind !== "range") {
    return badRange(`${host} sent a part (206) without saying which one (no usable Content-Range).`);
  }
  if (range.start !== question.start || (question.end !== null && range.end > question.end)) {
    return badRange(
      `${host} sent the bytes from ${range.start} on where those from ${question.start} on were asked for.`,
    );
  }
  const { length } = answer;
  if (length !== null && length !== range.end - range.start) {
    return badRange(`${host} announced ${length} bytes for a part of ${range.end - range.start}.`);
  }
  const facts = factsOf(answer, range.total);
  const sameness = known === null ? "unknown" : compareFacts(known, facts);
  switch (sameness) {
    case "same":
      return { kind: "part", facts, end: range.end };
    case "different":
      return { kind: "changed", facts };
    case "unknown":
      return { kind: "doubtful", facts, end: range.end };
    default:
      throw sameness satisfies never;
  }
}

function badRange(message: string): Verdict {
  return { kind: "bad_range", failure: failure("bad_response", message) };
}

function judgeUnsatisfied(
  question: Question,
  answer: FinalAnswer,
  known: ObjectFacts | null,
  now: number,
): Verdict {
  if (!question.ranged) {
    return { kind: "refused", failure: classifyStatus(416, answer, now) };
  }
  // RFC 9110 §15.5.17: "the server … SHOULD generate a Content-Range … specifying the current length".
  const range = parseContentRange(headerOf(answer.headers, "content-range"));
  const facts = factsOf(answer, range.kind === "unsatisfied" ? range.total : null);
  // Of an object whose length is known, no part is asked for that it does not have: it got shorter.
  const mayEnd = known === null || (known.size === null && compareFacts(known, facts) !== "different");
  return mayEnd && facts.size === question.start ? { kind: "at_end", facts } : { kind: "changed", facts };
}

function factsOf(answer: FinalAnswer, size: number | null): ObjectFacts {
  return readFacts(answer.headers, size ?? answer.published.size, answer.published.checksum);
}
