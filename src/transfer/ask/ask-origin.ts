/** One question to the origin: a GET for all or a part of the object, redirects followed by our own rules. */
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { basicLogin } from "./basic-login.ts";
import { checksumHint } from "../verify/checksum-hint.ts";
import type { Published } from "../verify/find-published-hash.ts";
import { findPublishedHash, NOTHING_PUBLISHED } from "../verify/find-published-hash.ts";
import { isRedirect, nextHop } from "./follow-redirects.ts";
import { isLinkRefused } from "./classify-status.ts";
import type { Answer, Reach, SendRequest } from "./http-answer.ts";
import { headerOf } from "./http-answer.ts";
import type { FullSettings, OriginToken } from "../transfer-settings.ts";

export interface Question {
  /** First byte wanted. */
  start: number;
  /** Exclusive; null for up to the end. */
  end: number | null;
  /** RFC 9110 §14.2. The whole object is asked for without a Range: some servers answer that better. */
  ranged: boolean;
  /** Validator the part is wanted under, or null. */
  ifRange: string | null;
  /** RFC 9110 §13.1.2: validator of what is known already; a 304 says that it still holds. */
  ifNoneMatch?: string;
}

export const WHOLE: Question = { start: 0, end: null, ranged: false, ifRange: null };

export interface FinalAnswer extends Answer {
  /** Where it came from. */
  url: URL;
  /** Headers that were given for it and went along to there: whoever asks there again may send them again. */
  carried: Readonly<Record<string, string>>;
  /** How far the way may lead from there. */
  reach: Reach;
  /** Hash and size published on the way, redirects included. */
  published: Published;
  /** An Authorization header went with the request. */
  showedLogin: boolean;
  /** Host of the address asked for, if it was another one that answered. */
  redirectedBy: string | null;
}

export type AskOutcome =
  | { kind: "answer"; answer: FinalAnswer }
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

export interface AskOptions {
  userAgent: string;
  /** Longest chain of redirects. */
  redirects: number;
  tokens: readonly OriginToken[];
  /** Public servers may redirect into private networks. */
  allowPrivate: boolean;
  /** Nobody may reach more than is open to everybody. */
  restrictAll: boolean;
  /** A redirect to another origin is the answer. */
  withinOrigin?: boolean;
}

export function askOptions(settings: FullSettings): AskOptions {
  const { userAgent, limits, tokens, allowPrivateRedirects, restrictAll } = settings;
  return {
    userAgent,
    redirects: limits.redirects,
    tokens: tokens(),
    allowPrivate: allowPrivateRedirects,
    restrictAll,
  };
}

/** Headers that are the transfer's own business: set by a person they would break what it promises. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  "accept-encoding",
  "connection",
  "content-length",
  "expect",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-range",
  "if-unmodified-since",
  "keep-alive",
  "proxy-authorization",
  "range",
  "te",
  "transfer-encoding",
  "upgrade",
]);

/** What a question goes by, however often it is asked. */
interface Way {
  step: Pick<TransferStep, "url" | "headers" | "reach">;
  question: Question;
  send: SendRequest;
  options: AskOptions;
  signal: AbortSignal;
}

export async function askOrigin(
  step: Way["step"],
  question: Question,
  send: SendRequest,
  options: AskOptions,
  signal: AbortSignal,
): Promise<AskOutcome> {
  const way = { step, question, send, options, signal };
  const outcome = await follow(way, {});
  const isStale =
    outcome.kind === "answer" && outcome.answer.redirectedBy !== null && isLinkRefused(outcome.answer.status);
  if (!isStale) return outcome;
  // The redirect may come from a cache, its link from yesterday. RFC 9111 §5.2.1.4: ask its origin itself.
  outcome.answer.body.discard();
  return follow(way, { "cache-control": "no-cache" });
}

async function follow(
  { step, question, send, options, signal }: Way,
  more: Readonly<Record<string, string>>,
): Promise<AskOutcome> {
  const first = new URL(step.url);
  let given = givenHeaders(first, step, options);
  first.username = "";
  first.password = "";
  first.hash = "";
  const been: URL[] = [first];
  let published = NOTHING_PUBLISHED;
  let reach = firstReach(step, options);
  for (;;) {
    const url = been.at(-1) as URL;
    const hint = checksumHint(url, given);
    const own = { ...more, ...ownHeaders(question) };
    const headers = { "user-agent": options.userAgent, accept: "*/*", ...hint, ...given, ...own };
    const outcome = await send(url, headers, signal, reach);
    if (outcome.kind !== "answer") return outcome;
    const { answer } = outcome;
    const hop = isRedirect(answer.status)
      ? nextHop(been, headerOf(answer.headers, "location"), reach === "machine" ? 0 : options.redirects)
      : null;
    published = mergePublished(published, findPublishedHash(answer.headers, answer.status, hop === null));
    if (hop === null || (options.withinOrigin === true && hop.kind === "hop" && !hop.keepsHeaders)) {
      const showedLogin = given["authorization"] !== undefined;
      const redirectedBy = been.length > 1 ? first.host : null;
      const facts = { url, carried: given, reach, published, showedLogin, redirectedBy };
      return { kind: "answer", answer: { ...answer, ...facts } };
    }
    answer.body.discard();
    if (hop.kind === "refused") return { kind: "failed", failure: hop.failure };
    // What was dropped once stays dropped, even when the way leads back: the way was chosen by somebody else.
    if (!hop.keepsHeaders) given = {};
    // So does what a public server may not choose: an address of this machine or of the networks around it.
    if (answer.place === "public" && !options.allowPrivate && reach === "anywhere") reach = "public";
    been.push(hop.url);
  }
}

/** What somebody may not ask for no server allows by a redirect, whatever the setting says of those. */
function firstReach({ reach }: Way["step"], { allowPrivate, restrictAll }: AskOptions): Reach {
  // Nobody asked for this address: another machine of ours announced it.
  if (reach === "machine") return reach;
  if (restrictAll || reach === "restricted") return "restricted";
  return allowPrivate ? "anywhere" : (reach ?? "anywhere");
}

function givenHeaders(first: URL, { headers }: Way["step"], { tokens }: AskOptions): Record<string, string> {
  const login = basicLogin(first);
  return {
    ...tokenFor(first, tokens),
    ...(login === null ? {} : { authorization: login }),
    ...permitted(headers),
  };
}

function mergePublished(before: Published, now: Published): Published {
  return { checksum: before.checksum ?? now.checksum, size: before.size ?? now.size };
}

function ownHeaders(question: Question): Record<string, string> {
  // RFC 9110 §12.5.3: a coded body has other bytes and other offsets than the file.
  const headers: Record<string, string> = { "accept-encoding": "identity" };
  if (question.ifNoneMatch !== undefined) headers["if-none-match"] = question.ifNoneMatch;
  if (!question.ranged) return headers;
  headers["range"] = `bytes=${question.start}-${question.end === null ? "" : question.end - 1}`;
  if (question.ifRange !== null) headers["if-range"] = question.ifRange;
  return headers;
}

function permitted(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers)
      .map(([name, value]) => [name.toLowerCase(), value] as const)
      .filter(([name]) => !OWN_HEADERS.has(name)),
  );
}

/** RFC 6750 §2.1. Like every header that was given for one origin, it is dropped on the way to another. */
function tokenFor(url: URL, tokens: readonly OriginToken[]): Record<string, string> {
  const fitting = tokens.find((token) => new URL(token.url).origin === url.origin);
  return fitting === undefined ? {} : { authorization: `Bearer ${fitting.token}` };
}
