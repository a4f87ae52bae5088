/**
 * A byte stream whose receiver says where the bytes go.
 *
 * Direct: the kernel (or TLS) copies into the receiver's memory, no stream and no buffer in between
 * (`onread` of net.Socket). Streaming: chunks of a stream are copied; TLS inside a tunnel has no other way.
 */
import { connect as connectTcp } from "node:net";
import type { LookupFunction, Socket } from "node:net";
import type { ConnectionOptions as TlsOptions } from "node:tls";
import { gatherRecords } from "./gather-records.ts";
import type { Stoppable } from "./gather-records.ts";
import { loadTls } from "./load-tls.ts";

export interface Receiver {
  /** Memory for the next bytes, at least one byte of it. */
  room(): Uint8Array;
  /** The first `bytes` of what `room` gave last are filled. False: read no more before `resume`. */
  filled(bytes: number): boolean;
  /** The other side has sent all it wanted to. */
  ended(): void;
  /** Nothing comes or goes any more. Called once, also after `ended`; not after `destroy`. */
  failed(error: Error): void;
}

export interface Address {
  /** Name or address, IPv6 without brackets. */
  host: string;
  port: number;
}

/** How names are looked up; the system's way if it is left out. */
export interface Resolver {
  lookup?: LookupFunction;
}

/** What TLS has to know; null for plain TCP. */
export interface Security extends Pick<
  TlsOptions,
  "ca" | "secureContext" | "rejectUnauthorized" | "ciphers"
> {
  /** The name the certificate must have. */
  host: string;
}

export interface Transport {
  receiver: Receiver;
  write(bytes: Uint8Array): void;
  /** Reads on after `filled` answered false. */
  resume(): void;
  destroy(): void;
}

/** Whatever comes is copied out of it, or dropped, before the next read: one memory for all sockets. */
const FIRST_MEMORY = Buffer.allocUnsafeSlow(16 * 1024);

/** The receiver before there is one, and after `destroy`. */
const NOBODY: Receiver = {
  room: () => FIRST_MEMORY,
  filled: () => true,
  ended: () => {},
  failed: () => {},
};

export type OpenOutcome<T> = { kind: "open"; value: T } | { kind: "failed"; error: Error };

/** Connects straight to an address, over TLS if `security` is given. The signal stops the attempt. */
export async function openDirect(
  address: Address & Resolver,
  security: Security | null,
  signal: AbortSignal,
): Promise<OpenOutcome<Transport>> {
  const transport = new SocketTransport();
  const options = {
    ...address,
    // RFC 8305: the addresses of both families, one after the other, without waiting for a dead one.
    autoSelectFamily: true,
    noDelay: true,
    keepAlive: true,
    onread: {
      buffer: () => transport.lend(),
      // `buffer` is asked before the first read, then right after every callback, and at no other time.
      callback: (bytes: number, memory: Uint8Array) => transport.filled(bytes, memory),
    },
  };
  const socket =
    security === null ? connectTcp(options) : loadTls().connect({ ...tlsOptions(security), ...options });
  transport.attach(socket);
  if (security === null) return whenOpen<Transport>(socket, "connect", transport, signal);
  const opened = await whenOpen(socket, "secureConnect", transport, signal);
  return opened.kind === "open" ? { kind: "open", value: gatherRecords(opened.value) } : opened;
}

/** A connection of streams, to begin a tunnel on. */
export async function openStream(
  address: Address & Resolver,
  security: Security | null,
  signal: AbortSignal,
): Promise<OpenOutcome<Socket>> {
  const options = { ...address, autoSelectFamily: true, noDelay: true, keepAlive: true };
  const socket =
    security === null ? connectTcp(options) : loadTls().connect({ ...tlsOptions(security), ...options });
  return whenOpen(socket, security === null ? "connect" : "secureConnect", socket, signal);
}

/** TLS over a stream that leads through a tunnel. */
export function secureStream(
  tunnel: Socket,
  security: Security,
  signal: AbortSignal,
): Promise<OpenOutcome<Socket>> {
  const socket = loadTls().connect({ socket: tunnel, ...tlsOptions(security) });
  return whenOpen(socket, "secureConnect", socket, signal);
}

/** A transport over a stream that is open. `detach` gives the stream back, with nothing of it read ahead. */
export function transportOver(socket: Socket): Transport & { detach(): void } {
  const transport = new SocketTransport();
  const deliver = (chunk: Buffer): void => {
    if (!transport.copy(chunk)) socket.pause();
  };
  const forget = transport.attach(socket);
  socket.on("data", deliver);
  const detach = (): void => {
    socket.off("data", deliver);
    socket.pause();
    forget();
  };
  return Object.assign(transport, { detach });
}

class SocketTransport implements Stoppable {
  receiver: Receiver = NOBODY;
  #socket: Socket | null = null;
  /** Whose memory the next read fills. */
  #lender: Receiver = NOBODY;

  /** Memory for the next read. */
  lend(): Uint8Array {
    this.#lender = this.receiver;
    return this.receiver.room();
  }

  /** A read has filled the memory lent. */
  filled(bytes: number, memory: Uint8Array): boolean {
    // Lent by another receiver than the present one: by nobody before the connection, by the proxy's greeting.
    if (this.#lender !== this.receiver) return this.copy(memory.subarray(0, bytes));
    return this.receiver.filled(bytes);
  }

  /** Gives bytes to the receiver that did not come in its memory. */
  copy(bytes: Uint8Array): boolean {
    let more = true;
    for (let at = 0; at < bytes.length;) {
      const room = this.receiver.room();
      const length = Math.min(room.length, bytes.length - at);
      room.set(bytes.subarray(at, at + length));
      at += length;
      more = this.receiver.filled(length);
    }
    return more;
  }

  /** Answers how to let go of the socket again. */
  attach(socket: Socket): () => void {
    this.#socket = socket;
    const failed = (error: Error): void => this.receiver.failed(error);
    const ended = (): void => this.receiver.ended();
    const closed = (): void => this.receiver.failed(new Error("the connection is closed"));
    socket.on("error", failed).on("end", ended).on("close", closed);
    return () => void socket.off("error", failed).off("end", ended).off("close", closed);
  }

  write(bytes: Uint8Array): void {
    this.#socket?.write(bytes);
  }

  resume(): void {
    this.#socket?.resume();
  }

  pause(): void {
    this.#socket?.pause();
  }

  destroy(): void {
    this.receiver = NOBODY;
    this.#socket?.destroy();
  }
}

function tlsOptions({ host, ...rest }: Security): TlsOptions {
  return {
    ...rest,
    // RFC 6066 §3: an address is no server name. The certificate is checked against it all the same.
    ...(isAddress(host) ? { host } : { host, servername: host }),
    // RFC 7301: HTTP/2 would carry all ranges of a file over one TCP connection.
    ALPNProtocols: ["http/1.1"],
  };
}

function isAddress(host: string): boolean {
  return host.includes(":") || /^[0-9.]+$/.test(host);
}

function whenOpen<T>(
  socket: Socket,
  event: "connect" | "secureConnect",
  value: T,
  signal: AbortSignal,
): Promise<OpenOutcome<T>> {
  return new Promise((resolve) => {
    const settle = (outcome: OpenOutcome<T>): void => {
      socket.off(event, opened);
      socket.off("error", failed);
      socket.off("close", closed);
      signal.removeEventListener("abort", stop);
      resolve(outcome);
    };
    // An error may come a second time, or before anybody else listens: it would end the process.
    socket.on("error", () => {});
    const opened = (): void => settle({ kind: "open", value });
    const failed = (error: Error): void => {
      socket.destroy();
      settle({ kind: "failed", error });
    };
    const closed = (): void => failed(new Error("the connection was closed before it was open"));
    const stop = (): void => failed(new Error("stopped"));
    socket.once(event, opened);
    socket.once("error", failed);
    socket.once("close", closed);
    signal.addEventListener("abort", stop, { once: true });
    if (signal.aborted) stop();
  });
}
