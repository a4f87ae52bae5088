/** One small document of the web, for the catalogues. */
import { createHash } from "node:crypto";
import type { DocumentAnswer, DocumentOutcome, DocumentRequest } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { FinalAnswer, Question } from "../ask/ask-origin.ts";
import { askOptions, askOrigin, WHOLE } from "../ask/ask-origin.ts";
import { classifyStatus } from "../ask/classify-status.ts";
import { isRedirect } from "../ask/follow-redirects.ts";
import type { AnswerHeaders, SendRequest } from "../ask/http-answer.ts";
import { headerOf } from "../ask/http-answer.ts";
import { FIRST_BYTE } from "../ask/probe-object.ts";
import { readBody } from "../ask/read-body.ts";
import { pauseBeforeRetry } from "../fetch/pause-before-retry.ts";
import { Reporter } from "../report-progress.ts";
import type { FullSettings } from "../transfer-settings.ts";
import type { KeptAnswer } from "./document-cache.ts";

/** What is read of the body of an error: an API says there what is missing. */
const MAX_ERROR_BYTES = 64 * 1024;
/** Requests in a row that failed before the failure is told: somebody waits for it. */
const MOST_TRIES = 3;

interface Asking {
  request: DocumentRequest;
  settings: FullSettings;
  send: SendRequest;
  signal: AbortSignal;
}

export async function fetchDocument(
  request: DocumentRequest,
  settings: FullSettings,
  send: SendRequest,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  const { documents } = settings;
  const { freshMs = 0 } = request;
  const key = freshMs > 0 ? keyOf(request) : null;
  const kept = key === null ? null : documents.find(key);
  if (kept !== null && documents.isFresh(kept, freshMs)) return { kind: "answer", answer: kept.answer };
  const outcome = await withinTime({ request, settings, send, signal }, kept);
  if (outcome.kind !== "answer" || key === null || outcome.answer.status !== 200) return outcome;
  documents.keep(key, outcome.answer);
  return outcome;
}

/** Whatever another answer may depend on. */
function keyOf({ url, headers = {}, maxBytes, redirects = "follow", reach }: DocumentRequest): string {
  const asked = JSON.stringify([url, headers, maxBytes === 0, redirects, reach ?? null]);
  return createHash("sha256").update(asked).digest("hex");
}

async function withinTime(asking: Asking, kept: KeptAnswer | null): Promise<DocumentOutcome> {
  const { request, settings, signal } = asking;
  const { documentMs } = settings.limits;
  const late = new AbortController();
  const timer = setTimeout(() => late.abort(), documentMs);
  try {
    const outcome = await ask({ ...asking, signal: AbortSignal.any([signal, late.signal]) }, kept);
    if (outcome.kind !== "aborted" || signal.aborted) return outcome;
    const { host } = new URL(request.url);
    const why = `${host} did not answer within ${documentMs / 1000} s.`;
    return { kind: "failed", failure: failure("timed_out", why) };
  } finally {
    clearTimeout(timer);
  }
}

async function ask(asking: Asking, kept: KeptAnswer | null): Promise<DocumentOutcome> {
  const { settings, signal } = asking;
  const { limits } = settings;
  const patience = { ...limits, failuresInARow: MOST_TRIES, longestWaitMs: limits.documentPauseMs };
  const report = new Reporter({ resolved: async () => null, progress: () => {} });
  const pause = { settings: { ...settings, limits: patience }, report, signal };
  for (let failures = 1; ; failures += 1) {
    const outcome = await askOnce(asking, kept);
    if (outcome.kind === "aborted") return outcome;
    const why = outcome.kind === "failed" ? outcome.failure : outcome.answer.failure;
    if (why === null || !(await pauseBeforeRetry(pause, why, failures))) return outcome;
    if (signal.aborted) return { kind: "aborted" };
  }
}

async function askOnce(asking: Asking, kept: KeptAnswer | null): Promise<DocumentOutcome> {
  const { request, settings, send, signal } = asking;
  const { url, headers = {}, redirects = "follow", reach } = request;
  const options = { ...askOptions(settings), withinOrigin: redirects === "within_origin" };
  const step = { url, headers, ...(reach === undefined ? {} : { reach }) };
  const asked = await askOrigin(step, questionOf(request, kept), send, options, signal);
  if (asked.kind !== "answer") return asked;
  try {
    return await readAnswer(asked.answer, asking, kept);
  } finally {
    asked.answer.body.discard();
  }
}

function questionOf({ maxBytes }: DocumentRequest, kept: KeptAnswer | null): Question {
  // Not HEAD: links and APIs that know only GET refuse it.
  if (maxBytes === 0) return FIRST_BYTE;
  const etag = kept?.answer.headers["etag"];
  return etag === undefined ? WHOLE : { ...WHOLE, ifNoneMatch: etag };
}

async function readAnswer(
  answer: FinalAnswer,
  { request, settings, signal }: Asking,
  kept: KeptAnswer | null,
): Promise<DocumentOutcome> {
  const { status, url, place } = answer;
  if (status === 304 && kept !== null) return { kind: "answer", answer: kept.answer };
  const facts = { status, headers: flatten(answer.headers), url: url.href, place };
  const isGood = status === 200 || (status === 206 && request.maxBytes === 0);
  if (!isGood) {
    const why = isRedirect(status) ? null : classifyStatus(status, answer, settings.clock.now());
    return readRefusal({ ...facts, failure: why }, answer, signal);
  }
  return request.maxBytes === 0
    ? done({ ...facts, bytes: new Uint8Array(), failure: null })
    : readWhole(facts, answer, request.maxBytes, signal);
}

type Facts = Pick<DocumentAnswer, "status" | "headers" | "url" | "place">;

async function readWhole(
  facts: Facts,
  { body, headers, length, url }: FinalAnswer,
  limitBytes: number,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  const coding = headerOf(headers, "content-encoding")?.trim().toLowerCase() ?? "identity";
  if (coding !== "identity") {
    return fault("encoded_content", `${url.host} sent it compressed (${coding}), which was not asked for.`);
  }
  if (length !== null && length > limitBytes) return tooLong(url, limitBytes);
  const reading = await readBody(body, limitBytes, signal);
  switch (reading.kind) {
    case "whole":
      return done({ ...facts, bytes: reading.bytes, failure: null });
    case "too_long":
      return tooLong(url, limitBytes);
    case "broken":
      return { kind: "failed", failure: reading.failure };
    case "aborted":
      return reading;
    default:
      throw reading satisfies never;
  }
}

/** What an error says in its headers is enough, if its body does not come whole. */
async function readRefusal(
  facts: Facts & Pick<DocumentAnswer, "failure">,
  { body }: FinalAnswer,
  signal: AbortSignal,
): Promise<DocumentOutcome> {
  const reading = await readBody(body, MAX_ERROR_BYTES, signal);
  if (reading.kind === "aborted") return reading;
  return done({ ...facts, bytes: reading.kind === "broken" ? new Uint8Array() : reading.bytes });
}

function done(answer: DocumentAnswer): DocumentOutcome {
  return { kind: "answer", answer };
}

function fault(code: "encoded_content" | "wrong_content", why: string): DocumentOutcome {
  return { kind: "failed", failure: failure(code, why) };
}

function tooLong({ host }: URL, limitBytes: number): DocumentOutcome {
  return fault("wrong_content", `${host} sent more than ${limitBytes} bytes, which is too much.`);
}

function flatten(headers: AnswerHeaders): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, typeof value === "string" ? value : value.join(", ")]],
    ),
  );
}
