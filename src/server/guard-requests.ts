/**
 * Who may ask. On loopback there is no token, so any web page open in a browser of this machine is the
 * threat: one that points its own name at 127.0.0.1 (DNS rebinding: the Host header gives it away), and
 * one that sends forms or requests across origins (the Origin header gives it away).
 */
import { createHash, timingSafeEqual } from "node:crypto";
import { isIPv4 } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { ServerSettings } from "./parts.ts";
import { RequestError } from "./request-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Needs no token: holds nothing but what is in this program's package, or says as much. */
    public?: boolean;
    /** Other origins may not even begin to read it. */
    sameOrigin?: boolean;
  }
}

type GuardSettings = Pick<ServerSettings, "token" | "hostNames">;

export function guardRequests(app: FastifyInstance, settings: GuardSettings): void {
  app.addHook("onRequest", async (request) => {
    checkHost(request, settings);
    checkToken(request, settings);
    checkOrigin(request, settings);
  });
}

/** True for the names and addresses that only this machine can reach. */
export function isLoopback(hostname: string): boolean {
  const name = hostname.toLowerCase();
  if (name === "localhost" || name.endsWith(".localhost")) return true;
  if (name === "[::1]" || name === "::1") return true;
  return isIPv4(name) && name.startsWith("127.");
}

/** Whether the request shows the token this server wants. */
export function showsToken({ headers }: FastifyRequest, token: string): boolean {
  const bearer = /^Bearer +(\S+)$/i.exec(headers.authorization ?? "")?.[1];
  const key = headers["x-api-key"];
  const shown = bearer ?? (typeof key === "string" ? key : null);
  // Digests have one length: comparing them tells nothing about the token's.
  return shown !== null && timingSafeEqual(digest(shown), digest(token));
}

function checkHost({ headers }: FastifyRequest, { token, hostNames }: GuardSettings): void {
  // A page that rebinds its name cannot know the token.
  if (token !== null) return;
  const host = parseHost(headers.host);
  if (host === null)
    throw new RequestError("bad_request", "The Host header is missing or not valid.", "Host");
  if (isLoopback(host.hostname) || names(hostNames, host.hostname)) return;
  throw new RequestError(
    "host_refused",
    "This server is not known under the name in the Host header; use localhost or 127.0.0.1.",
    "Host",
  );
}

function checkToken(request: FastifyRequest, { token }: GuardSettings): void {
  if (token === null || request.routeOptions.config.public === true || showsToken(request, token)) return;
  throw new RequestError(
    "token_missing",
    "This server wants its token: 'Authorization: Bearer <token>'.",
    null,
    { headers: { "www-authenticate": 'Bearer realm="haulyard"' } },
  );
}

function checkOrigin(request: FastifyRequest, { hostNames }: GuardSettings): void {
  const reads = request.method === "GET" || request.method === "HEAD";
  if (reads && request.routeOptions.config.sameOrigin !== true) return;
  const site = request.headers["sec-fetch-site"];
  if (site !== "cross-site" && site !== "same-site" && isOwnOrigin(request, hostNames)) return;
  throw new RequestError("origin_refused", "Requests from pages of another origin are refused.", "Origin");
}

/** Programs send no Origin; browsers send theirs, and `null` where they hide it. */
function isOwnOrigin({ headers }: FastifyRequest, hostNames: readonly string[]): boolean {
  if (headers.origin === undefined) return true;
  const origin = URL.parse(headers.origin);
  if (origin === null || !/^https?:$/.test(origin.protocol)) return false;
  return origin.host === parseHost(headers.host)?.host || names(hostNames, origin.hostname);
}

function parseHost(header: string | undefined): URL | null {
  if (header === undefined || /[/?#@\\\s]/.test(header)) return null;
  return URL.parse(`http://${header}`);
}

function names(hostNames: readonly string[], hostname: string): boolean {
  return hostNames.some((name) => name.toLowerCase() === hostname);
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
