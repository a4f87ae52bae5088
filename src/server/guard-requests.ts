/**
 * Who may ask. On loopback there is no token, so any web page open in a browser of this machine is the
 * threat: one that points its own name at 127.0.0.1 (DNS rebinding: the Host header gives it away), and
 * one that sends forms or requests across origins (the Origin header gives it away).
 */
import { isIPv4 } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { isEnough } from "../job/access-contract.ts";
import type { AccessKeeper } from "./access/access-keeper.ts";
import { asking } from "./access/asker.ts";
import type { Asker } from "./access/asker.ts";
import { roleOfRoute } from "./access/route-roles.ts";
import type { ServerSettings } from "./parts.ts";
import { RequestError } from "./request-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Other origins may not even begin to read it. */
    sameOrigin?: boolean;
    /** Judges by itself who asks (`src/server/compat/aria2/guard-rpc.ts`): secret and origin are its own business. */
    rpc?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; null until that is looked at. */
    asker: Asker | null;
  }
}

type GuardSettings = Pick<ServerSettings, "hostNames">;

export function guardRequests(app: FastifyInstance, keeper: AccessKeeper, settings: GuardSettings): void {
  app.decorateRequest("asker", null);
  app.decorateRequest("target", null);
  app.addHook("onRoute", ({ method, url }) => {
    for (const one of [method].flat())
      if (roleOfRoute(one, url) === undefined)
        throw new Error(`${one} ${url} has no role: give it one in src/server/access/route-roles.ts`);
  });
  app.addHook("onRequest", async (request) => {
    if (keeper.isOpen) checkHost(request, settings);
    if (request.routeOptions.config.rpc === true) return;
    request.asker = await keeper.identify(request);
    checkRole(request, request.asker);
    checkOrigin(request, settings);
  });
  // Last before the handler: reading a body loses what is kept beside the calls.
  app.addHook("preHandler", (request, _reply, done) => {
    if (request.asker === null) done();
    else asking.run(request.asker, done);
  });
}

/** Whom a route is told to have been asked by; the guard has let them in. */
export function askerOf({ asker }: FastifyRequest): Asker {
  if (asker === null) throw new Error("a request came past the guard");
  return asker;
}

/** Of what only some values of a request want: a route's own role is in the table. */
export function wantAdmin(request: FastifyRequest, what: string): void {
  if (askerOf(request).role !== "admin") throw notAllowed(`${what} wants the role admin`);
}

/** True for the names and addresses that only this machine can reach. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (name === "[::1]" || name === "::1") return true;
  return isIPv4(name) && name.startsWith("127.");
}

/** Only where nothing has to be shown: a page that rebinds its name knows no token, and browsers send it no cookie of ours. */
function checkHost({ raw }: FastifyRequest, { hostNames }: GuardSettings): void {
  const host = parseHost(hostOf(raw));
  if (host === null)
    throw new RequestError("bad_request", "The Host header is missing or not valid.", "Host");
  if (isLoopback(host.hostname) || names(hostNames, host.hostname)) return;
  throw new RequestError(
    "host_refused",
    "This server is not known under the name in the Host header; use localhost or 127.0.0.1.",
    "Host",
  );
}

function checkRole({ method, routeOptions }: FastifyRequest, { role, who }: Asker): void {
  // What is at no address is nobody's business either, but for those who may look.
  const needed = (routeOptions.url === undefined ? "read" : roleOfRoute(method, routeOptions.url)) ?? "admin";
  if (needed === "public" || (role !== null && isEnough(role, needed))) return;
  if (role !== null) throw notAllowed(`This wants the role ${needed}; ${who} has the role ${role}`);
  throw new RequestError(
    "token_missing",
    "This server wants to know who asks: sign in, or send its token or an API key as 'Authorization: Bearer <token>'.",
    null,
    { headers: { "www-authenticate": 'Bearer realm="haulyard"' } },
  );
}

function notAllowed(why: string): RequestError {
  return new RequestError("not_allowed", `${why}.`, null, { advice: "Ask an admin of this server." });
}

function checkOrigin(request: FastifyRequest, { hostNames }: GuardSettings): void {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && request.routeOptions.config.sameOrigin !== true) return;
  const site = request.headers["sec-fetch-site"];
  if (site !== "cross-site" && site !== "same-site" && isOwnOrigin(request, hostNames)) return;
  throw new RequestError("origin_refused", "Requests from pages of another origin are refused.", "Origin");
}

/** Programs send no Origin; browsers send theirs, and `null` where they hide it. */
export function isOwnOrigin(
  { headers }: Pick<FastifyRequest, "headers">,
  hostNames: readonly string[],
): boolean {
  if (headers.origin === undefined) return true;
  const origin = URL.parse(headers.origin);
  if (origin === null || !/^https?:$/.test(origin.protocol)) return false;
  return origin.host === parseHost(headers.host)?.host || names(hostNames, origin.hostname);
}

/** RFC 9112 §3.2: of several Host fields none counts, and an address as the target takes the place of the field. */
function hostOf({ url = "/", headers, rawHeaders }: FastifyRequest["raw"]): string | undefined {
  if (!url.startsWith("/")) return URL.parse(url)?.host;
  const fields = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
  return fields.length > 1 ? undefined : headers.host;
}

function parseHost(header: string | undefined): URL | null {
  if (header === undefined || /[/?#@\\\s]/.test(header)) return null;
  return URL.parse(`http://${header}`);
}

function names(hostNames: readonly string[], hostname: string): boolean {
  return hostNames.some((name) => name.toLowerCase() === hostname);
}
