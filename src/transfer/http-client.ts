/** HTTP/1.1 over sockets of our own: exactly the bytes that came, exactly when they came. */
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import { redactUrl } from "../job/redact.ts";
import { basicLogin } from "./basic-login.ts";
import { chooseProxy } from "./choose-proxy.ts";
import type { SendRequest } from "./http-answer.ts";
import type { ExchangeOptions } from "./http-connection.ts";
import { HttpConnection } from "./http-connection.ts";
import { openSocket } from "./open-socket.ts";
import type { FullSettings } from "./transfer-settings.ts";

/** An idle connection is worth keeping for the next file of the same origin, not for longer. */
const KEEP_ALIVE_MS = 4_000;
/** Idle connections kept at most for one origin. */
const MAX_IDLE = 8;

export interface HttpClient {
  send: SendRequest;
  /** Closes idle connections. */
  close(): Promise<void>;
}

/** Where a request goes first, and how it is written for whoever is there. */
interface Route {
  /** Connections of one key are alike. */
  key: string;
  /** What is connected to. */
  to: URL;
  /** Proxy that gives a tunnel to it. */
  tunnel: URL | null;
  /** The request's target (RFC 9112 §3.2). */
  target: string;
  headers: Readonly<Record<string, string>>;
  /** Whom errors are about. */
  host: string;
}

export function createHttpClient(settings: FullSettings): HttpClient {
  const idle = new IdleConnections();
  const send: SendRequest = async (url, headers, signal) => {
    if (signal.aborted) return { kind: "aborted" };
    const route = routeOf(url, settings);
    const head = writeHead(route, url, { ...headers, ...route.headers });
    if (typeof head !== "string") return { kind: "failed", failure: head, heard: false };
    const { headersTimeoutMs, stallMs, connectTimeoutMs } = settings.limits;
    const options: ExchangeOptions = { host: route.host, headersTimeoutMs, stallMs, signal };
    const used = idle.take(route.key);
    if (used !== null) {
      const outcome = await used.send(head, options);
      // RFC 9112 §9.3.1: a connection may be closed at any time; what was not answered is asked again on a new one.
      if (outcome.kind !== "failed" || outcome.heard) return outcome;
    }
    const { extraCertificates } = settings;
    const opened = await openSocket(
      route.to,
      route.tunnel,
      { connectTimeoutMs, extraCertificates },
      route.host,
      signal,
    );
    if (opened.kind === "failed") return { ...opened, heard: false };
    if (opened.kind === "aborted") return opened;
    const connection = new HttpConnection(opened.socket, (free) => idle.put(route.key, free));
    return connection.send(head, options);
  };
  return { send, close: async () => idle.close() };
}

function routeOf(url: URL, { proxy: settings }: FullSettings): Route {
  const target = url.pathname + url.search;
  const proxy = chooseProxy(url, settings);
  if (proxy === null) {
    return { key: url.origin, to: url, tunnel: null, target, headers: {}, host: url.host };
  }
  const over = new URL(proxy);
  const host = `${url.host} (over the proxy ${redactUrl(proxy)})`;
  if (url.protocol === "https:") {
    return { key: `${url.origin} ${proxy}`, to: url, tunnel: over, target, headers: {}, host };
  }
  // Plain requests are handed to the proxy as such (RFC 9112 §3.2.2): many allow CONNECT to port 443 only.
  const login = basicLogin(over);
  const headers: Record<string, string> = login === null ? {} : { "proxy-authorization": login };
  return { key: proxy, to: over, tunnel: null, target: `${url.origin}${target}`, headers, host };
}

/** The request, or why it cannot be written. */
function writeHead(route: Route, url: URL, headers: Readonly<Record<string, string>>): string | Failure {
  const lines = [`GET ${route.target} HTTP/1.1`];
  for (const [name, value] of Object.entries({ host: url.host, ...headers })) {
    // RFC 9110 §5.5 and §5.6.2. Whatever breaks out of its line could write another request.
    if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(name) || !/^[\t\u0020-\u007e\u0080-\u00ff]*$/.test(value)) {
      const message = `The header ${JSON.stringify(name)} cannot be sent: it holds characters that no header may hold.`;
      return failure("unsupported", message, { advice: "Check the headers given for this download." });
    }
    lines.push(`${name}: ${value}`);
  }
  return `${lines.join("\r\n")}\r\n\r\n`;
}

/** Connections that wait for another exchange. */
class IdleConnections {
  readonly #byKey = new Map<string, { connection: HttpConnection; timer: NodeJS.Timeout }[]>();

  /** A connection that can be used at once, or null. The one used last: it is the least likely to be closed. */
  take(key: string): HttpConnection | null {
    const waiting = this.#byKey.get(key) ?? [];
    for (let last = waiting.pop(); last !== undefined; last = waiting.pop()) {
      clearTimeout(last.timer);
      if (last.connection.usable) return last.connection;
    }
    return null;
  }

  put(key: string, connection: HttpConnection): void {
    const waiting = (this.#byKey.get(key) ?? []).filter((one) => one.connection.usable);
    if (waiting.length >= MAX_IDLE) return connection.close();
    const timer = setTimeout(() => connection.close(), KEEP_ALIVE_MS);
    timer.unref();
    connection.rest();
    this.#byKey.set(key, [...waiting, { connection, timer }]);
  }

  close(): void {
    for (const { connection, timer } of [...this.#byKey.values()].flat()) {
      clearTimeout(timer);
      connection.close();
    }
    this.#byKey.clear();
  }
}
