/** What a status that is not the file means. */
import type { Failure, FailureCode } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import { redactText } from "../job/redact.ts";
import type { AnswerHeaders } from "./http-answer.ts";
import { headerOf } from "./http-answer.ts";
import { parseRetryAfter } from "./retry-after.ts";

/** Text of a server that is shown; more is noise. */
const SHOWN_CHARACTERS = 200;

export function classifyStatus(status: number, headers: AnswerHeaders, url: URL, now: number): Failure {
  const code = codeOf(status);
  const said = headerOf(headers, "x-error-message");
  const words = said === null ? "" : `: ${redactText(said).slice(0, SHOWN_CHARACTERS)}`;
  const retryAt = parseRetryAfter(headerOf(headers, "retry-after"), now);
  const asksToWait = status === 429 || status === 503 || status === 408;
  return failure(code, `${url.host} answered ${status} ${REASONS[status] ?? ""}`.trim() + words, {
    ...(asksToWait && retryAt !== null && retryAt > now ? { retryAt } : {}),
    ...adviceFor(status, code, url),
  });
}

function codeOf(status: number): FailureCode {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 410:
      return "gone";
    case 408:
      return "timed_out";
    case 429:
      return "rate_limited";
    // Accepted but not there yet; too early; not for this connection.
    case 202:
    case 425:
    case 421:
      return "server_error";
    case 501:
    case 505:
      return "refused_by_server";
  }
  if (status >= 500) return "server_error";
  // RFC 9110 §15: an unknown status is treated as the x00 of its class; of 2xx and 3xx none carries the file.
  return status >= 400 ? "refused_by_server" : "bad_response";
}

/** What is missing: which token, where the host tells. */
function adviceFor(status: number, code: FailureCode, { hostname }: URL): { advice?: string } {
  if (status === 407) return { advice: "Put user and password of the proxy into HTTP_PROXY or HTTPS_PROXY." };
  if (code !== "unauthorized" && code !== "forbidden") return {};
  const name = /(?:^|\.)(?:huggingface\.co|hf\.co)$/.test(hostname)
    ? "HF_TOKEN"
    : /(?:^|\.)civitai\.com$/.test(hostname)
      ? "CIVITAI_API_KEY"
      : null;
  if (name === null) return {};
  const licence = code === "forbidden" ? " and accept the licence on the model's page" : "";
  return { advice: `Set ${name} to a token that may read this file${licence}.` };
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
