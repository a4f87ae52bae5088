/** One POST to a service, and what its answer means. */
import { request as requestHttp } from "node:http";
import type { Agent, IncomingMessage } from "node:http";
import { request as requestHttps } from "node:https";
import type { Clock } from "../job/clock.ts";
import type { Delivery } from "../job/notify/delivery.ts";
import { redactText } from "../job/redact.ts";

export interface HttpMessage {
  url: string;
  /** JSON. */
  body: string;
  headers: Readonly<Record<string, string>>;
}

export interface SendParts {
  clock: Clock;
  userAgent: string;
  /** They know the proxies. */
  agents: { http: Agent; https: Agent };
}

/** Of an answer, for the words about it. Bytes. */
const MAX_ANSWER = 4096;
/** Characters of it that are shown. */
const MAX_SHOWN = 200;

/** Answers that come again however often one asks: the message itself is refused, or the receiver is gone for good. */
const FINAL_STATUS = new Set([400, 405, 410, 413, 422]);

/** Redirects are not followed: what is signed for one address is not for another. */
export async function sendRequest(
  message: HttpMessage,
  parts: SendParts,
  signal: AbortSignal,
): Promise<Delivery> {
  try {
    const { status, retryAfter, text } = await post(message, parts, signal);
    const answer = answerWords(status, text, message);
    if (status >= 200 && status < 300) return { kind: "delivered", answer };
    const retryAt = status === 429 || status === 503 ? readRetryAfter(retryAfter, parts.clock.now()) : null;
    return { kind: "failed", answer, retryable: !FINAL_STATUS.has(status), retryAt };
  } catch (error) {
    return { kind: "failed", answer: troubleWords(error, signal), retryable: true, retryAt: null };
  }
}

interface Answer {
  status: number;
  retryAfter: string | undefined;
  text: string;
}

function post({ url, body, headers }: HttpMessage, parts: SendParts, signal: AbortSignal): Promise<Answer> {
  const { protocol } = new URL(url);
  const [request, agent] =
    protocol === "https:" ? [requestHttps, parts.agents.https] : [requestHttp, parts.agents.http];
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        method: "POST",
        agent,
        signal,
        headers: {
          "content-type": "application/json",
          "content-length": Buffer.byteLength(body),
          "user-agent": parts.userAgent,
          ...headers,
        },
      },
      (answer) => void readAnswer(answer).then(resolve, reject),
    );
    sent.once("error", reject);
    sent.end(body);
  });
}

async function readAnswer(answer: IncomingMessage): Promise<Answer> {
  let text = "";
  answer.setEncoding("utf8");
  for await (const chunk of answer as AsyncIterable<string>) {
    text += chunk;
    // What it says at the beginning is enough; leaving the loop ends the connection.
    if (text.length > MAX_ANSWER) break;
  }
  return { status: answer.statusCode ?? 0, retryAfter: answer.headers["retry-after"], text };
}

/** RFC 9110 §10.2.3: seconds, or a date. Discord says fractions. Epoch milliseconds, or null. */
function readRetryAfter(value: string | undefined, now: number): number | null {
  if (value === undefined) return null;
  if (/^\d{1,9}(?:\.\d{1,9})?$/.test(value)) return now + Math.ceil(Number(value) * 1000);
  const at = Date.parse(value);
  return Number.isNaN(at) ? null : at;
}

function answerWords(status: number, text: string, { url }: HttpMessage): string {
  const shown = clean(text.slice(0, MAX_ANSWER), url);
  return `HTTP ${status}${shown === "" ? "" : `: ${shown}`}`;
}

function troubleWords(error: unknown, signal: AbortSignal): string {
  if (signal.aborted) return "There was no answer in time.";
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: "Nothing answers there: the connection was refused.",
    ENOTFOUND: "There is no host of this name.",
    EAI_AGAIN: "The name of the host could not be looked up.",
    ECONNRESET: "The connection was cut before an answer came.",
    ETIMEDOUT: "The connection timed out.",
    EHOSTUNREACH: "The host cannot be reached.",
    ENETUNREACH: "The network cannot be reached.",
  };
  return words[code] ?? redactText(error instanceof Error ? error.message : String(error));
}

/** A service may repeat what it was sent, the address included. */
function clean(text: string, url: string): string {
  const secrets = new URL(url).pathname.split("/").filter((part) => part.length >= 16);
  const without = secrets.reduce((words, secret) => words.replaceAll(secret, "***"), text);
  // oxlint-disable-next-line no-control-regex -- they are what is taken out
  return redactText(without.replace(/[\u0000-\u001f\u007f]+/g, " ").trim()).slice(0, MAX_SHOWN);
}
