/** Requests over connections of our own: opened, kept alive, used again. */
import type { Clock } from "../../job/clock.ts";
import type { Reach } from "../ask/http-answer.ts";
import { bareHost } from "./proxy.ts";
import type { Proxy } from "./proxy.ts";
import type { BodySink } from "../sinks/body-sink.ts";
import { basicLogin } from "./connect-http-tunnel.ts";
import type { Connection } from "./connection.ts";
import { ConnectionPool } from "./connection-pool.ts";
import type { BodyOutcome, HeadOutcome } from "./exchange.ts";
import type { ResponseHead } from "./head-reader.ts";
import { openConnection } from "./open-connection.ts";
import type { ConnectSettings, Route } from "./open-connection.ts";
import { writeRequestHead } from "./request-head.ts";
import type { Trouble } from "./trouble.ts";

/** A body this short is read to its end rather than its connection given up. Bytes. */
const SHORT_BODY_BYTES = 16 * 1024;

export interface ClientRequest {
  method: "GET" | "HEAD";
  url: URL;
  /** Sent in this order, after Host. */
  fields: Iterable<readonly [name: string, value: string]>;
  proxy: Proxy | null;
  /** To which addresses, whatever the name says. */
  reach?: Reach;
}

/** The body of an answer. Exactly one of the two has to be called, once. */
export interface ResponseBody {
  /** Gives it to the sink. Never rejects. */
  receive(sink: BodySink, signal: AbortSignal): Promise<BodyOutcome>;
  /** Leaves it unread. */
  discard(): void;
}

export type ClientOutcome =
  | { kind: "answer"; head: ResponseHead; body: ResponseBody }
  /** `heard`: a part of an answer came before. */
  | { kind: "trouble"; trouble: Trouble; heard: boolean }
  | { kind: "aborted" };

export class Http1Client {
  readonly #settings: ConnectSettings;
  readonly #pool: ConnectionPool;
  /** At work; closed with the client. */
  readonly #busy = new Set<Connection>();

  constructor(settings: ConnectSettings & { clock: Clock }) {
    this.#settings = settings;
    this.#pool = new ConnectionPool(settings.clock);
  }

  /** Sends a request and waits for the head of its answer. The signal reaches to there. Never rejects. */
  async send(request: ClientRequest, signal: AbortSignal): Promise<ClientOutcome> {
    const written = writeRequestHead(headOf(request));
    if (written.kind === "refused")
      return { kind: "trouble", trouble: { kind: "request", reason: written.reason }, heard: false };
    const route = routeOf(request);
    const key = keyOf(route);
    for (;;) {
      const reused = this.#pool.take(key);
      const opened =
        reused === null
          ? await openConnection(route, this.#settings, signal)
          : { kind: "connected" as const, connection: reused };
      if (opened.kind === "trouble") return { ...opened, heard: false };
      if (opened.kind === "aborted") return opened;
      const { connection } = opened;
      this.#busy.add(connection);
      const outcome = await connection.exchange(written.bytes, request.method, signal);
      if (outcome.kind === "head") return this.#answer(key, connection, outcome.head);
      this.#busy.delete(connection);
      // RFC 9112 §9.3.1: a GET may be sent again when a connection that was kept alive turns out to be closed.
      if (reused === null || !isStale(outcome)) return outcome;
    }
  }

  /** Connections that wait for another request. */
  get idle(): number {
    return this.#pool.size;
  }

  /** Closes every connection, those at work too. */
  close(): void {
    this.#pool.close();
    for (const connection of this.#busy) connection.abandon();
    this.#busy.clear();
  }

  #answer(key: string, connection: Connection, head: ResponseHead): ClientOutcome {
    const receive = async (sink: BodySink, signal: AbortSignal): Promise<BodyOutcome> => {
      const outcome = await connection.receive(sink, signal);
      this.#busy.delete(connection);
      if (connection.isIdle) this.#pool.give(key, connection, head.fields);
      return outcome;
    };
    const discard = (): void => {
      const { framing } = head;
      const isShort =
        framing.kind === "none" || (framing.kind === "length" && framing.bytes <= SHORT_BODY_BYTES);
      if (isShort && head.persistent) return void receive(new NowhereSink(), new AbortController().signal);
      this.#busy.delete(connection);
      connection.close();
    };
    // What was received or discarded once is not discarded again.
    let used = false;
    return {
      kind: "answer",
      head,
      body: {
        receive: (sink, signal) => {
          used = true;
          return receive(sink, signal);
        },
        discard: () => {
          if (used) return;
          used = true;
          discard();
        },
      },
    };
  }
}

class NowhereSink implements BodySink {
  readonly #memory = Buffer.allocUnsafe(SHORT_BODY_BYTES);
  room(): Uint8Array {
    return this.#memory;
  }
  filled(): "go" {
    return "go";
  }
  async ready(): Promise<"go"> {
    return "go";
  }
}

/** Trouble that an old connection has and a new one has not: it was closed, and nobody read the request. */
function isStale(outcome: Exclude<HeadOutcome, { kind: "head" }>): boolean {
  return outcome.kind === "trouble" && !outcome.heard && outcome.trouble.kind !== "timeout";
}

function headOf({ method, url, fields, proxy }: ClientRequest): Parameters<typeof writeRequestHead>[0] {
  const path = `${url.pathname}${url.search}`;
  const forProxy = url.protocol === "http:" && proxy !== null && proxy.kind !== "socks5";
  if (!forProxy) return { method, target: path, host: url.host, fields };
  // RFC 9112 §3.2.2: to a proxy the whole address is sent, without user and fragment.
  const login: [string, string][] =
    proxy.login === null ? [] : [["Proxy-Authorization", basicLogin(proxy.login)]];
  return { method, target: `http://${url.host}${path}`, host: url.host, fields: [...fields, ...login] };
}

function routeOf({ url, proxy, reach = "anywhere" }: ClientRequest): Route {
  const secure = url.protocol === "https:";
  const port = url.port === "" ? (secure ? 443 : 80) : Number(url.port);
  return { target: { host: bareHost(url.hostname), port }, secure, proxy, reach };
}

/** Connections with the same key lead to the same place in the same way. */
function keyOf({ target, secure, proxy, reach }: Route): string {
  return JSON.stringify([secure, target.host, target.port, proxy, reach]);
}
