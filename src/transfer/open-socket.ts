/** A socket to where a URL says: over TCP, TLS, a proxy's tunnel, or several of them. */
import { connect as connectTcp, isIP } from "node:net";
import type { Socket } from "node:net";
import { connect as connectTls, rootCertificates } from "node:tls";
import type { Failure } from "../job/failure.ts";
import { failure } from "../job/failure.ts";
import { classifyNetworkError } from "./classify-network-error.ts";
import { basicLogin } from "./basic-login.ts";
import { ResponseReader } from "./read-response.ts";

export interface SocketOptions {
  /** TCP, proxy and TLS together. */
  connectTimeoutMs: number;
  /** PEM, beside the built-in ones. */
  extraCertificates: readonly string[];
}

export type OpenOutcome =
  | { kind: "open"; socket: Socket }
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

/**
 * @param tunnel proxy that is asked for a tunnel to `url` first, or null
 * @param host whom errors are about
 */
export async function openSocket(
  url: URL,
  tunnel: URL | null,
  { connectTimeoutMs, extraCertificates }: SocketOptions,
  host: string,
  signal: AbortSignal,
): Promise<OpenOutcome> {
  const late = AbortSignal.timeout(connectTimeoutMs);
  const both = AbortSignal.any([signal, late]);
  const opening: Opening = { signal: both, extraCertificates, sockets: [] };
  try {
    both.throwIfAborted();
    const first = await connectTo(tunnel ?? url, opening);
    if (tunnel === null) return { kind: "open", socket: first };
    await askForTunnel(first, url, tunnel, opening);
    const socket = url.protocol === "https:" ? await wrapInTls(first, url, opening) : first;
    return { kind: "open", socket };
  } catch (error) {
    for (const socket of opening.sockets) socket.destroy();
    if (signal.aborted) return { kind: "aborted" };
    if (late.aborted) {
      return {
        kind: "failed",
        failure: failure("connection_failed", `${host} did not take the connection in time.`),
      };
    }
    return { kind: "failed", failure: classifyNetworkError(error, host) };
  }
}

interface Opening {
  signal: AbortSignal;
  extraCertificates: readonly string[];
  /** All that were made on the way, to be closed if it leads nowhere. */
  sockets: Socket[];
}

async function connectTo(url: URL, opening: Opening): Promise<Socket> {
  const secure = url.protocol === "https:";
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const socket = connectTcp({ host, port: portOf(url), noDelay: true });
  opening.sockets.push(socket);
  await settled(socket, "connect", opening.signal);
  return secure ? wrapInTls(socket, url, opening) : socket;
}

async function wrapInTls(inner: Socket, url: URL, opening: Opening): Promise<Socket> {
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const { extraCertificates } = opening;
  const socket = connectTls({
    socket: inner,
    host,
    // RFC 6066 §3: literal addresses are not permitted in the server name.
    servername: isIP(host) === 0 ? host : "",
    // HTTP/2 would carry all ranges of a file over one TCP connection.
    ALPNProtocols: ["http/1.1"],
    ...(extraCertificates.length > 0 ? { ca: [...rootCertificates, ...extraCertificates] } : {}),
  });
  opening.sockets.push(socket);
  await settled(socket, "secureConnect", opening.signal);
  return socket;
}

/** RFC 9110 §9.3.6. */
async function askForTunnel(socket: Socket, url: URL, proxy: URL, { signal }: Opening): Promise<void> {
  const target = `${url.hostname}:${portOf(url)}`;
  const login = basicLogin(proxy);
  const authorization = login === null ? "" : `proxy-authorization: ${login}\r\n`;
  socket.write(`CONNECT ${target} HTTP/1.1\r\nhost: ${target}\r\n${authorization}\r\n`);
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const reader = new ResponseReader(
    { head: ({ status }) => resolve(status), data: () => {}, end: () => {} },
    true,
  );
  const onData = (bytes: Uint8Array): void => {
    const fault = reader.feed(bytes);
    if (fault !== null) reject(new ProxyRefusal(`its answer ${fault}`));
  };
  const onEnd = (): void => reject(new ProxyRefusal("it closed the connection"));
  socket.on("data", onData).on("end", onEnd);
  try {
    const status = await Promise.race([promise, settled(socket, "close", signal)]);
    if (typeof status !== "number") throw new ProxyRefusal("it closed the connection");
    if (status < 200 || status > 299) throw new ProxyRefusal(`it answered ${status}`);
  } finally {
    socket.off("data", onData).off("end", onEnd).pause();
  }
}

/** The proxy did not give a tunnel. */
class ProxyRefusal extends Error {
  readonly code = "PROXY_REFUSED";
}

/** Waits for an event of the socket; an error of the socket or the signal's abort come first. */
function settled(
  socket: Socket,
  event: "connect" | "secureConnect" | "close",
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const done = (): void => {
      socket.off(event, onEvent).off("error", onError).off("close", onClose);
      signal.removeEventListener("abort", onAbort);
    };
    const onEvent = (): void => {
      done();
      resolve();
    };
    const onError = (error: Error): void => {
      done();
      reject(error);
    };
    const onClose = (): void => onError(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
    const onAbort = (): void => {
      socket.destroy();
      onError(new Error("stopped"));
    };
    // Registered for good: an error after the one that was waited for must not end the process.
    socket.on("error", () => {});
    socket.on(event, onEvent).on("error", onError).on("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

function portOf({ port, protocol }: URL): number {
  if (port !== "") return Number(port);
  return protocol === "https:" ? 443 : 80;
}
