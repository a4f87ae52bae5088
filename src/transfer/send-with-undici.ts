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
  const dispatchers = createDispatchers(settings);
  const send: SendRequest = async (url, headers, signal): Promise<SendOutcome> => {
    if (signal.aborted) return { kind: "aborted" };
    const host = hostOf(url, settings);
    const exchange = new UndiciExchange({ host, stallMs: limits.stallMs, signal });
    try {
      dispatchers.of(url).dispatch(
        {
          origin: url.origin,
          path: url.pathname + url.search,
          method: "GET",
          headers,
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
  return { send, close: dispatchers.close };
}

/** Connection pools: one for direct connections, one for each proxy and way of using it. */
function createDispatchers({ limits, extraCertificates, proxy: proxySettings }: FullSettings): {
  of: (url: URL) => Dispatcher;
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
  const proxies = new Map<string, Dispatcher>();
  const of = (url: URL): Dispatcher => {
    const proxy = chooseProxy(url, proxySettings);
    if (proxy === null) return direct;
    // Plain requests are handed to the proxy as such: many allow CONNECT to port 443 only (RFC 9110 §9.3.6).
    const proxyTunnel = url.protocol === "https:";
    const key = `${proxyTunnel} ${proxy}`;
    const known = proxies.get(key) ?? new ProxyAgent({ ...common, uri: proxy, proxyTunnel, requestTls: tls });
    proxies.set(key, known);
    return known;
  };
  const close = async (): Promise<void> => {
    await Promise.all([direct, ...proxies.values()].map((one) => one.destroy()));
  };
  return { of, close };
}

/** Whom an error of the network is about: with a proxy it may be either. */
function hostOf(url: URL, { proxy }: FullSettings): string {
  const over = chooseProxy(url, proxy);
  return over === null ? url.host : `${url.host} (over the proxy ${redactUrl(over)})`;
}
