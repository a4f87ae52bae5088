/** A small text beside or about a file: a checksum list, a Metalink. Read whole, within a limit. */
import type { Failure } from "../../job/failure.ts";
import type { AskOutcome, FinalAnswer } from "./ask-origin.ts";
import { classifyStatus } from "./classify-status.ts";
import { headerOf } from "./http-answer.ts";
import type { AddressClass } from "../reach/address-class.ts";
import { readBody } from "./read-body.ts";

export type DocumentOutcome =
  | { kind: "document"; bytes: Uint8Array; etag: string | null; url: URL; place: AddressClass }
  /** RFC 9110 §15.4.5: what was read before still holds. */
  | { kind: "unchanged" }
  /** There is none, or something else in its place; asking again would not help. */
  | { kind: "absent"; failure: Failure | null; why: string }
  /** Worth another try. */
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

/**
 * @param limitBytes a longer body is not read to its end
 * @param now epoch milliseconds
 */
export async function readDocument(
  asked: AskOutcome,
  limitBytes: number,
  now: number,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  if (asked.kind === "aborted") return asked;
  if (asked.kind === "failed") return fault(asked.failure);
  const { answer } = asked;
  try {
    if (answer.status === 304) return { kind: "unchanged" };
    if (answer.status !== 200) return fault(classifyStatus(answer.status, answer, now));
    const refusal = refuse(answer, limitBytes);
    if (refusal !== null) return { kind: "absent", failure: null, why: refusal };
    return await readWhole(answer, limitBytes, signal);
  } finally {
    answer.body.discard();
  }
}

function fault(why: Failure): DocumentOutcome {
  return why.retryable
    ? { kind: "failed", failure: why }
    : { kind: "absent", failure: why, why: why.message };
}

function refuse({ headers, length, url }: FinalAnswer, limitBytes: number): string | null {
  // Many sites answer every address with a page; some even with 200.
  if (/^\s*(?:text\/html|application\/xhtml)/i.test(headerOf(headers, "content-type") ?? "")) {
    return `${url.host} sent a web page.`;
  }
  const coding = headerOf(headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") return `${url.host} sent it compressed (${coding}), which was not asked for.`;
  return length !== null && length > limitBytes ? tooLong(url, limitBytes) : null;
}

function tooLong(url: URL, limitBytes: number): string {
  return `${url.host} sent more than ${limitBytes} bytes.`;
}

async function readWhole(
  { body, headers, url, place }: FinalAnswer,
  limitBytes: number,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  const reading = await readBody(body, limitBytes, signal);
  switch (reading.kind) {
    case "whole":
      return { kind: "document", bytes: reading.bytes, etag: headerOf(headers, "etag"), url, place };
    case "too_long":
      return { kind: "absent", failure: null, why: tooLong(url, limitBytes) };
    case "broken":
      return fault(reading.failure);
    case "aborted":
      return reading;
    default:
      throw reading satisfies never;
  }
}
