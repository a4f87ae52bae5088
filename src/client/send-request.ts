/** One HTTP exchange with the server: address, token, time limit, and what its answer means. */
import type { z } from "zod";
import { ErrorMessage } from "../wire/error-message.ts";
import { ApiError, Unreachable } from "./api-error.ts";

/** A call that has not been answered by then is given up: removing thousands of jobs takes seconds. */
export const REQUEST_TIMEOUT_MS = 60_000;

/** Statuses a gateway in front of a server that is away answers with. */
const GATEWAY_STATUSES: ReadonlySet<number> = new Set([502, 503, 504]);

export interface Connection {
  /** Where the server is: absolute, or relative to the page (`.`), with any path a proxy puts before it. */
  baseUrl: string;
  /** The server's token, or a function that knows the present one; null for none. */
  token: string | null | (() => string | null);
  fetch: typeof fetch;
}

export interface Call<S extends z.ZodType> {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** Begins with a slash. */
  path: string;
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  /** Sent as it is, in place of `body`. */
  file?: Blob;
  answer: S;
  signal?: AbortSignal | undefined;
  /** Another time limit; null for none: the answer comes when the server is done. */
  timeoutMs?: number | null;
}

/** Sends and reads one call. Throws ApiError, Unreachable, or the signal's reason. */
export async function sendRequest<S extends z.ZodType>(
  connection: Connection,
  call: Call<S>,
): Promise<{ status: number; data: z.output<S> }> {
  const { timeoutMs = REQUEST_TIMEOUT_MS } = call;
  const signals = [call.signal, timeoutMs === null ? undefined : AbortSignal.timeout(timeoutMs)];
  const signal = AbortSignal.any(signals.filter((each) => each !== undefined));
  const url = addressOf(connection.baseUrl, call.path, call.query ?? {});
  const init: RequestInit = { method: call.method, headers: headersOf(connection, call.body), signal };
  if (call.file !== undefined) {
    init.headers = { ...headersOf(connection), "content-type": "application/gzip" };
    init.body = call.file;
  }
  if (call.body !== undefined) init.body = JSON.stringify(call.body);
  let response: Response;
  let text: string;
  try {
    response = await connection.fetch(url, init);
    text = await response.text();
  } catch (cause) {
    call.signal?.throwIfAborted();
    throw new Unreachable(connection.baseUrl, reasonOf(cause, timeoutMs), cause);
  }
  return { status: response.status, data: readAnswer(connection, call, response, text) };
}

/** Headers every call carries. */
export function headersOf(connection: Connection, body?: unknown): Record<string, string> {
  const token = typeof connection.token === "function" ? connection.token() : connection.token;
  return {
    accept: "application/json",
    ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    ...(body === undefined ? {} : { "content-type": "application/json" }),
  };
}

/** The address of a route below the base, which may be relative and may have a path of its own. */
export function addressOf(
  baseUrl: string,
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const base = baseUrl === "" ? "." : baseUrl.replace(/\/+$/, "");
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return base + path + (search === "" ? "" : `?${search}`);
}

/** The error an answer stands for that is not 2xx. */
export function toError(connection: Connection, status: number, text: string): ApiError | Unreachable {
  const body = parseJson(text);
  const said = ErrorMessage.safeParse(body);
  if (said.success) {
    const { code, message, field = null, ...help } = said.data;
    return new ApiError(status, code, message, field, help);
  }
  // The routes of old system B may say only this much.
  const sentence = (body as { error?: unknown } | null | undefined)?.error;
  if (typeof sentence === "string") return new ApiError(status, codeOf(status), sentence);
  if (GATEWAY_STATUSES.has(status)) return new Unreachable(connection.baseUrl, `a proxy answers ${status}`);
  return new ApiError(
    status,
    "bad_answer",
    `Expected an answer of Haulyard, got status ${status} without one.`,
  );
}

/** Why `fetch` failed, in a few words; it hides the system's reason in `cause`. */
export function reasonOf(error: unknown, timeoutMs: number | null = REQUEST_TIMEOUT_MS): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "TimeoutError") return `no answer within ${(timeoutMs ?? REQUEST_TIMEOUT_MS) / 1000} s`;
  const inner = error.cause;
  if (inner instanceof Error) return inner.message === "" ? codeIn(inner) : inner.message;
  return error.message;
}

function codeIn(error: Error & { code?: unknown }): string {
  return typeof error.code === "string" ? error.code : error.name;
}

function readAnswer<S extends z.ZodType>(
  connection: Connection,
  call: Call<S>,
  response: Response,
  text: string,
): z.output<S> {
  if (!response.ok) throw toError(connection, response.status, text);
  const answer = call.answer.safeParse(parseJson(text));
  if (answer.success) return answer.data;
  const issue = answer.error.issues[0];
  const where = issue === undefined || issue.path.length === 0 ? "the answer" : issue.path.join(".");
  throw new ApiError(
    response.status,
    "bad_answer",
    `${call.method} ${call.path} answered something else than Haulyard does: ${where}: ${issue?.message ?? "wrong"}.`,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function codeOf(status: number): string {
  switch (status) {
    case 401:
      return "unauthorized";
    case 403:
      return "forbidden";
    case 404:
      return "not_found";
    case 409:
      return "conflict";
    default:
      return status >= 500 ? "internal" : "bad_request";
  }
}
