/** What a status that is not the file means. */
import type { Failure, FailureCode } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import { redactText } from "../../job/redact.ts";
import { failureOfStatus } from "../../job/status-failure.ts";
import type { FinalAnswer } from "./ask-origin.ts";
import type { AnswerHeaders } from "./http-answer.ts";
import { headerOf } from "./http-answer.ts";
import type { Quota } from "./rate-limit-headers.ts";
import { readQuota } from "./rate-limit-headers.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** Text of a server that is shown; more is noise. */
const SHOWN_CHARACTERS = 200;

/**
 * @param showedLogin an Authorization header went with the request
 */
export function classifyStatus(
  status: number,
  { headers, url, showedLogin }: Pick<FinalAnswer, "headers" | "url" | "showedLogin">,
  now: number,
): Failure {
  const quota = readQuota(headers, now);
  // Several APIs say 403 where they mean 429; what gives them away is that nothing is left until a time.
  const isQuota = status === 403 && quota.usedUp === true && quota.resetAt !== null;
  const code = isQuota ? "rate_limited" : failureOfStatus(status);
  const said = headerOf(headers, "x-error-message");
  const words = said === null ? "" : `: ${redactText(said).slice(0, SHOWN_CHARACTERS)}`;
  const retryAt = askedWait(status, code, headers, quota, now);
  return failure(code, `${url.host} answered ${status} ${REASONS[status] ?? ""}`.trim() + words, {
    ...(retryAt !== null && retryAt > now ? { retryAt } : {}),
    ...adviceFor(status, code, { headers, url, showedLogin }),
  });
}

/**
 * When the server wants to be asked again: RFC 9110 §10.2.3, RFC 6585 §4 (429). It is heard with every status that
 * is worth another try. A quota says it as well, where it is why the answer is no.
 */
function askedWait(
  status: number,
  code: FailureCode,
  headers: AnswerHeaders,
  { usedUp, resetAt }: Quota,
  now: number,
): number | null {
  if (!failure(code, "").retryable) return null;
  const asked = parseRetryAfter(headerOf(headers, "retry-after"), now);
  if (asked !== null) return asked;
  const byQuota = usedUp === true || (usedUp === null && status === 429);
  return byQuota ? resetAt : null;
}

/** The statuses stores give to a signed link that has expired; the last is what some give when they forget it. */
export function isLinkRefused(status: number): boolean {
  return status === 400 || status === 401 || status === 403 || status === 410;
}

/** Signed by the clouds and content networks: S3, Google, CloudFront, Azure. */
const SIGNATURES = ["X-Amz-Signature", "X-Goog-Signature", "Signature", "sig"];

/** What is missing: which token, where the host tells. */
function adviceFor(
  status: number,
  code: FailureCode,
  { headers, url, showedLogin }: Pick<FinalAnswer, "headers" | "url" | "showedLogin">,
): { advice?: string } {
  if (status === 407) return { advice: "Put user and password of the proxy into HTTP_PROXY or HTTPS_PROXY." };
  if (isLinkRefused(status) && SIGNATURES.some((name) => url.searchParams.has(name))) {
    const again = "Get a new one and run the same with it, under the same name: what is stored is kept.";
    return { advice: `The link is signed and may have expired. ${again}` };
  }
  if (code !== "unauthorized" && code !== "forbidden") return {};
  const name = tokenNameOf(url);
  const licence = code === "forbidden" ? " and accept the licence on the model's page" : "";
  if (showedLogin) {
    const shown = name === null ? "The token or password that was sent" : `${name} (or the header given)`;
    return {
      advice: `${shown} is not enough: it may be wrong, expired, or without access to this file${licence && "; you may also have to accept its licence on its page"}.`,
    };
  }
  if (name !== null) return { advice: `Set ${name} to a token that may read this file${licence}.` };
  // RFC 7617: user and password.
  const basic = /^\s*basic\b/i.test(headerOf(headers, "www-authenticate") ?? "");
  if (!basic) return {};
  return { advice: "It wants user and password: put them into the address (https://user:password@host/…)." };
}

function tokenNameOf({ hostname }: URL): "HF_TOKEN" | "CIVITAI_API_KEY" | null {
  if (/(?:^|\.)(?:huggingface\.co|hf\.co)$/.test(hostname)) return "HF_TOKEN";
  return /(?:^|\.)civitai\.com$/.test(hostname) ? "CIVITAI_API_KEY" : null;
}

const REASONS: Record<number, string> = {
  202: "Accepted",
  204: "No Content",
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  416: "Range Not Satisfiable",
  421: "Misdirected Request",
  425: "Too Early",
  429: "Too Many Requests",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
};
