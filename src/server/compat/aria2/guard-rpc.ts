/**
 * Who may call aria2's methods. Its clients are pages and add-ons of other origins, and they show their secret in the
 * call itself (decisions/033): so the rules of the other routes do not fit.
 *
 * With a token, what a call shows is all that counts, the token or an API key: whoever knows one may call from anywhere,
 * and nothing a browser sends by itself (cookies, the network it is in) stands for it. Without one, any page open in a browser of this machine would
 * be as good as its user: only programs, this server's own page and the origins of a setting may call.
 */
import type { FastifyRequest } from "fastify";
import type { AccessKeeper } from "../../access/access-keeper.ts";
import { isOwnOrigin } from "../../guard-requests.ts";
import type { ServerSettings } from "../../parts.ts";
import { RequestError } from "../../request-error.ts";

interface Gate {
  keeper: Pick<AccessKeeper, "isOpen">;
  settings: Pick<ServerSettings, "hostNames" | "rpcOrigins">;
}

/** Throws for a request that pages of this origin may not make at all. */
export function guardRpc(request: FastifyRequest, { keeper, settings }: Gate): void {
  if (!keeper.isOpen) return;
  const { method } = request;
  // No Origin goes with what an `<img>` or `<script>` of another site asks for, and not every browser says where it is.
  if (method === "GET" && !request.ws)
    throw new RequestError(
      "origin_refused",
      "Calls by GET need a server with a token: without one, any web page could make them.",
    );
  if (isAllowedOrigin(request, settings)) return;
  throw new RequestError(
    "origin_refused",
    "Pages of this origin may not call: set HAULYARD_RPC_ORIGINS to it, or HAULYARD_TOKEN and show that.",
    "Origin",
  );
}

/** Headers that let pages of other origins read the answer (Fetch Standard §3.2); none for those that may not. */
export function corsHeaders(request: FastifyRequest, { keeper, settings }: Gate): Record<string, string> {
  const { origin } = request.headers;
  if (origin === undefined) return {};
  // Never with credentials: no cookie is looked at here.
  if (!keeper.isOpen) return { "access-control-allow-origin": "*" };
  if (!isAllowedOrigin(request, settings)) return { vary: "Origin" };
  return { "access-control-allow-origin": origin, vary: "Origin" };
}

/** As long as aria2 lets browsers remember it. Seconds. */
const PREFLIGHT_SECONDS = 1_728_000;

/** The answer to a browser that asks whether it may ask. */
export function preflightHeaders(request: FastifyRequest): Record<string, string> {
  return {
    "access-control-allow-methods": "POST, GET, OPTIONS",
    "access-control-allow-headers": "Content-Type, Authorization, X-Api-Key",
    "access-control-max-age": String(PREFLIGHT_SECONDS),
    // A page of the internet asks a machine of a private network (Private Network Access, WICG).
    ...(request.headers["access-control-request-private-network"] === "true"
      ? { "access-control-allow-private-network": "true" }
      : {}),
  };
}

function isAllowedOrigin(request: FastifyRequest, { hostNames, rpcOrigins }: Gate["settings"]): boolean {
  const { origin } = request.headers;
  if (origin === undefined) {
    const site = request.headers["sec-fetch-site"];
    return site === undefined || site === "none" || site === "same-origin";
  }
  return isOwnOrigin(request, hostNames) || rpcOrigins.includes(origin.toLowerCase());
}
