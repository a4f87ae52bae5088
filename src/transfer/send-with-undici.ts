/** Requests over undici: it does TLS, proxies, connection reuse and framing. */
import { rootCertificates } from "node:tls";
import { Agent, ProxyAgent } from "undici";
import type { Dispatcher } from "undici";
import { redactUrl } from "../job/redact.ts";
import { chooseProxy } from "./choose-proxy.ts";
import { classifyNetworkError } from "./classify-network-error.ts";
import type { SendOutcome, SendRequest } from "./http-answer.ts";
import type { FullSettings } from "./transfer-settings.ts";
import { UndiciExchange } from "./undici-exchange.ts";

/** A server that sends more in headers than this is up to no good; the common servers stop at 8 to 64 KiB. */
const MAX_HEADER_BYTES = 64 * 1024;
/** An idle connection is worth keeping for the next file of the same origin, not for longer. */
const KEEP_ALIVE_MS = 4_000;
export interface HttpClient {
  send: SendRequest;
  close(): Promise<void>;
}

export function createHttpClient(settings: FullSettings): HttpClient {
  const { limits } = settings;
  const routes = createRoutes(settings);
  const send: SendRequest = async (url, headers, signal): Promise<SendOutcome> => {
    if (signal.aborted) return { kind: "aborted" };
    const host = hostOf(url, settings);
    const exchange = new UndiciExchange({ host, stallMs: limits.stallMs, signal });
    try {
      const { dispatcher, origin, path, headers: ofRoute } = routes.of(url);
      dispatcher.dispatch(
        {
          origin,
          path,
          method: "GET",
          headers: { ...headers, ...ofRoute },
          headersTimeout: limits.headersTimeoutMs,
          // Silence inside a body is watched by the exchange: only while we are the ones who wait.
          bodyTimeout: 0,
        },
        exchange,
      );
    } catch (error) {
      return { kind: "failed", failure: classifyNetworkError(error, host) };
    }
    return exchange.answered;
  };
  return { send, close: routes.close };
}

/** Where a request goes first, and how it is written for whoever is there. */
interface Route {
  dispatcher: Dispatcher;
  origin: string;
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Connection pools: one for direct connections and plain proxies, one for each proxy with tunnels. */
function createRoutes({ limits, extraCertificates, proxy: proxySettings }: FullSettings): {
  of: (url: URL) => Route;
  close: () => Promise<void>;
} {
  const tls = {
    timeout: limits.connectTimeoutMs,
    // HTTP/2 would carry all ranges of a file over one TCP connection.
    allowH2: false,
    ...(extraCertificates.length > 0 ? { ca: [...rootCertificates, ...extraCertificates] } : {}),
  };
  const common = { maxHeaderSize: MAX_HEADER_BYTES, keepAliveTimeout: KEEP_ALIVE_MS, pipelining: 1 };
  const direct = new Agent({ ...common, connect: tls });
  const tunnels = new Map<string, Dispatcher>();
  const of = (url: URL): Route => {
    const path = url.pathname + url.search;
    const proxy = chooseProxy(url, proxySettings);
    if (proxy === null) return { dispatcher: direct, origin: url.origin, path, headers: {} };
    // Plain requests are handed to the proxy as such (RFC 9112 §3.2.2): many allow CONNECT to port 443 only.
    if (url.protocol === "http:") {
      const headers = { host: url.host, ...proxyLogin(new URL(proxy)) };
      return { dispatcher: direct, origin: new URL(proxy).origin, path: url.href, headers };
    }
    const tunnel = tunnels.get(proxy) ?? new ProxyAgent({ ...common, uri: proxy, requestTls: tls });
    tunnels.set(proxy, tunnel);
    return { dispatcher: tunnel, origin: url.origin, path, headers: {} };
  };
  const close = async (): Promise<void> => {
    await Promise.all([direct, ...tunnels.values()].map((one) => one.destroy()));
  };
  return { of, close };
}

function proxyLogin({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const login = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(login).toString("base64")}` };
}

/** Whom an error of the network is about: with a proxy it may be either. */
function hostOf(url: URL, { proxy }: FullSettings): string {
  const over = chooseProxy(url, proxy);
  return over === null ? url.host : `${url.host} (over the proxy ${redactUrl(over)})`;
}
