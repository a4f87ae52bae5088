/** aria2's JSON-RPC at `/jsonrpc`: over POST, over GET and over WebSocket. */
import { randomBytes } from "node:crypto";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { AccessKeeper } from "../../access/access-keeper.ts";
import type { NoteDeed } from "../../access/audit-book.ts";
import type { App } from "../../app.ts";
import { statusOfCode } from "../../error-table.ts";
import { keepFollowing } from "../../../engine/keep-following.ts";
import type { ServerParts } from "../../parts.ts";
import { RequestError } from "../../request-error.ts";
import { requestSignal } from "../../request-signal.ts";
import { answerError, answerMessage, answerText } from "./answer-calls.ts";
import type { AskParts, RpcAnswer } from "./answer-calls.ts";
import type { Caller } from "./call-method.ts";
import { corsHeaders, guardRpc, preflightHeaders } from "./guard-rpc.ts";
import { JobShelf } from "./job-shelf.ts";
import { readGet } from "./read-get.ts";
import type { RpcContext } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";
import { RpcSockets } from "./rpc-sockets.ts";

const URL = "/jsonrpc";
/** As aria2 takes by default (`--rpc-max-request-size`). Also the longest message of a socket. Bytes. */
export const MAX_CALL_BYTES = 2 * 1024 * 1024;
/** As aria2 does: after a call without the right secret the answer waits, so that guessing takes its time. */
const PENALTY_MS = 1_000;

const MEDIA_TYPE = "application/json-rpc; charset=utf-8";
const SCRIPT_TYPE = "text/javascript; charset=utf-8";

type Parts = Pick<
  ServerParts,
  "engine" | "plan" | "parseMetalink" | "settingsKeeper" | "clock" | "logger" | "settings"
>;

/** All that the routes share. */
interface Desk {
  keeper: AccessKeeper;
  note: NoteDeed;
  context: RpcContext;
  sockets: RpcSockets;
  penalty(signal: AbortSignal): Promise<void>;
}

export async function serveRpc(app: App, parts: Parts, keeper: AccessKeeper, note: NoteDeed): Promise<void> {
  const { settings, clock, logger } = parts;
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());
  const { signal } = closing;
  const context = createContext(parts);
  const penalty: Desk["penalty"] = (gone) => clock.sleep(PENALTY_MS, AbortSignal.any([signal, gone]));
  const sockets = new RpcSockets({ context, keeper, note, clock, log: logger, signal, penalty });
  const desk = { keeper, note, context, sockets, penalty };
  const gate = { keeper, settings };
  const complain = (error: unknown): void =>
    logger.warn({ err: error }, "aria2's interface could not keep up with the jobs; it is tried again");
  await app.register(async (scope: App) => {
    scope.removeAllContentTypeParsers();
    // Add-ons call it text, forms and JSON alike; it is read as JSON whatever they say.
    scope.addContentTypeParser("*", { parseAs: "string" }, (_request, body, done) => done(null, body));
    let isFollowed = false;
    scope.addHook("onRequest", async (request, reply) => {
      reply.headers(corsHeaders(request, gate));
      guardRpc(request, gate);
      // Where nobody calls, nobody has to keep up with the jobs.
      if (!isFollowed) void keepFollowing((until) => context.shelf.follow(until), signal, complain);
      isFollowed = true;
    });
    scope.setErrorHandler((error, _request, reply) => {
      if (!(error instanceof RequestError)) throw error;
      send(reply, answerError(new RpcError(error.message), statusOfCode(error.code)), null);
    });
    serveCalls(scope, desk);
  });
}

/** Nothing but what browsers and programs ask for to speak WebSocket here. */
export function isRpcUpgrade(request: {
  url?: string | undefined;
  headers: Readonly<Record<string, unknown>>;
}): boolean {
  const [path] = (request.url ?? "").split("?");
  return path === URL && String(request.headers["upgrade"]).toLowerCase() === "websocket";
}

function serveCalls(scope: App, desk: Desk): void {
  const shared = { url: URL, config: { rpc: true }, schema: { hide: true } };
  scope.route({
    ...shared,
    method: "POST",
    bodyLimit: MAX_CALL_BYTES,
    handler: async (request, reply) => {
      const text = typeof request.body === "string" ? request.body : "";
      return answer({ request, reply, desk, callback: null }, (parts) => answerText(text, parts));
    },
  });
  scope.route({
    ...shared,
    method: "GET",
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const { message, callback } = readGet(request.query as Record<string, unknown>);
      return answer({ request, reply, desk, callback }, (parts) => answerMessage(message, parts));
    },
    wsHandler: (socket, request) => desk.sockets.take(socket, request),
  });
  scope.route({
    ...shared,
    method: "OPTIONS",
    handler: async (request, reply) => reply.code(200).headers(preflightHeaders(request)).send(),
  });
}

interface Asked {
  request: FastifyRequest;
  reply: FastifyReply;
  desk: Desk;
  /** Name of the function a script calls with the answer; null: the answer alone. */
  callback: string | null;
}

async function answer(
  { request, reply, desk, callback }: Asked,
  ask: (parts: AskParts) => Promise<RpcAnswer>,
): Promise<FastifyReply> {
  const signal = requestSignal(request, reply);
  const { context, keeper, note } = desk;
  const identify: Caller["identify"] = (secret) => keeper.identifyCaller(request, secret);
  const told = await ask({ context, caller: { signal, identify, note }, log: request.log });
  if (told.isUnauthorized) await desk.penalty(signal);
  return send(reply, told, callback);
}

function createContext({ engine, plan, parseMetalink, settingsKeeper, settings }: Parts): RpcContext {
  return {
    engine,
    shelf: new JobShelf(engine),
    plan,
    parseMetalink,
    settingsKeeper,
    filesDir: settings.filesDir,
    sessionId: randomBytes(20).toString("hex"),
  };
}

function send(reply: FastifyReply, { status, message }: RpcAnswer, callback: string | null): FastifyReply {
  const json = JSON.stringify(message);
  void reply.code(status).serializer((text: string) => text);
  if (callback === null) return reply.type(MEDIA_TYPE).send(json);
  // The comment keeps what the caller chose from being the first bytes, which some programs guess a file's kind by.
  return reply
    .header("cross-origin-resource-policy", "cross-origin")
    .type(SCRIPT_TYPE)
    .send(`/**/${callback}(${json})`);
}
