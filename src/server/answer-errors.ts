/** Every error answer of every route is made here. */
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isStoreUnreachable } from "../job/store-contract.ts";
import type { ConnectErrorMessage, ErrorMessage } from "../wire/error-message.ts";
import { toConnectError } from "./connect-errors.ts";
import type { ErrorCode } from "./error-table.ts";
import { statusOfCode } from "./error-table.ts";
import type { KnownRoute } from "./known-routes.ts";
import { RequestError } from "./request-error.ts";

/** What Fastify refuses by itself, in our words. */
const FRAMEWORK_ERRORS: Readonly<Record<string, readonly [ErrorCode, string]>> = {
  FST_ERR_BAD_URL: ["bad_request", "The address is not valid: a percent sign has no two digits after it."],
  FST_ERR_MAX_PARAM_LENGTH: ["url_too_long", "A part of the address is too long."],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    "unsupported_media_type",
    "The Content-Type must be application/json, another one or none came.",
  ],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ["bad_request", "body is not as long as Content-Length says."],
};

export function answerErrors(app: FastifyInstance, knownRoute: (path: string) => KnownRoute | null): void {
  app.setErrorHandler((error: FastifyError | RequestError, request, reply) => {
    const { compat, connect } = request.routeOptions.config;
    const told = toRequestError(error, request);
    // A connection that is closed while the client still sends is reset, and the answer with it (RFC 9112, section 9.6):
    // the rest is read and thrown away instead, for as long as a request may take.
    if (told.code === "too_large") reply.removeHeader("connection");
    if (connect === true) sendConnectError(told, reply);
    else sendError(told, reply, compat === true);
  });
  app.setNotFoundHandler((request, reply) => {
    const known = knownRoute(request.url.replace(/\?.*$/s, ""));
    sendError(known === null ? noRoute() : wrongMethod(known), reply, known?.compat === true);
  });
}

/** For addresses the router cannot even read: no hook and no handler runs for these. */
export function answerFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendError(toRequestError(error, request), reply, false);
}

/** Connections on which an answer is under way: nothing else may be written there. */
const answering = new WeakSet<Socket>();

export function noteAnswers(server: Server): void {
  server.on("request", ({ socket }, response) => {
    answering.add(socket);
    response.once("close", () => answering.delete(socket));
  });
}

/** Connections a body comes over that may take longer than a request; its route sees to it that it comes at all. */
const patient = new WeakSet<Socket>();

/** To be called before the body is read; holds until the answer was sent. */
export function bePatient({ raw: { socket } }: FastifyRequest, { raw: response }: FastifyReply): void {
  patient.add(socket);
  response.once("close", () => patient.delete(socket));
}

/** For what is not HTTP at all, and for what comes too slowly or with too long a head. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ERR_HTTP_REQUEST_TIMEOUT" && patient.has(socket)) return;
  if (error.code === "ECONNRESET" || !socket.writable || answering.has(socket)) return void socket.destroy();
  const [code, reason, message] = CLIENT_ERRORS[error.code ?? ""] ?? NOT_HTTP;
  const body = JSON.stringify({ success: false, message, code } satisfies ErrorMessage);
  socket.end(
    `HTTP/1.1 ${statusOfCode(code)} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}

type ClientError = readonly [ErrorCode, reason: string, message: string];

const NOT_HTTP: ClientError = ["bad_request", "Bad Request", "This is not a valid HTTP request."];
const CLIENT_ERRORS: Readonly<Record<string, ClientError>> = {
  HPE_HEADER_OVERFLOW: [
    "headers_too_large",
    "Request Header Fields Too Large",
    "The address and the headers together are too long.",
  ],
  ERR_HTTP_REQUEST_TIMEOUT: ["request_timed_out", "Request Timeout", "The request did not come in time."],
};

function toRequestError(error: FastifyError | RequestError, request: FastifyRequest): RequestError {
  if (error instanceof RequestError) return error;
  if (error.code === "FST_ERR_CTP_BODY_TOO_LARGE")
    return new RequestError("too_large", `body must have at most ${request.routeOptions.bodyLimit} bytes.`);
  const known = FRAMEWORK_ERRORS[error.code];
  if (known !== undefined) return new RequestError(...known);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new RequestError("bad_request", "The request is not valid.");
  if (isStoreUnreachable(error)) {
    request.log.error({ err: error }, "a request could not reach the store");
    // Where the database is, and what it says, is nobody's business but an admin's.
    const isAdmin = request.asker?.role === "admin";
    return new RequestError(
      "unavailable",
      isAdmin ? `${error.message} Downloads at work go on.` : "The store does not answer; the log says why.",
    );
  }
  request.log.error({ err: error }, "a request met an error that nobody expected");
  return new RequestError(
    "internal",
    `Something went wrong inside Haulyard; its log has it under request ${request.id}.`,
  );
}

function sendError(error: RequestError, reply: FastifyReply, compat: boolean): void {
  const answer: ErrorMessage & { error?: string } = {
    success: false,
    message: error.message,
    code: error.code,
    ...(error.field === null ? {} : { field: error.field }),
    ...error.help,
    ...(compat ? { error: error.message } : {}),
  };
  void reply
    .code(statusOfCode(error.code))
    .headers(error.headers)
    .type("application/json; charset=utf-8")
    // Written here: the answer is the same whatever the route's schemas say.
    .serializer(JSON.stringify)
    .send(answer);
}

function sendConnectError(error: RequestError, reply: FastifyReply): void {
  const { code, status } = toConnectError(error.code);
  const answer: ConnectErrorMessage = { code, message: error.message };
  void reply
    .code(status)
    .headers(error.headers)
    .type("application/json; charset=utf-8")
    .serializer(JSON.stringify)
    .send(answer);
}

function noRoute(): RequestError {
  return new RequestError("not_found", "There is nothing at this address; /docs lists what there is.");
}

function wrongMethod({ methods }: KnownRoute): RequestError {
  const allowed = [...methods].sort().join(", ");
  return new RequestError("method_not_allowed", `This address takes ${allowed}.`, null, {
    headers: { allow: allowed },
  });
}
