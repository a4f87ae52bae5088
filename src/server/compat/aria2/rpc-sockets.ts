/** Calls over WebSocket, and what is told to those who call so without being asked. */
import type { FastifyBaseLogger, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import type { Clock } from "../../../job/clock.ts";
import type { JobId } from "../../../job/job.ts";
import type { Cursor } from "../../../job/store-contract.ts";
import type { AccessKeeper } from "../../access/access-keeper.ts";
import type { Asker } from "../../access/asker.ts";
import { keepFollowing } from "../../../engine/keep-following.ts";
import type { NoteDeed } from "../../access/audit-book.ts";
import { answerText } from "./answer-calls.ts";
import type { AskParts } from "./answer-calls.ts";
import { gidOf } from "./gid.ts";
import type { RpcContext } from "./rpc-context.ts";
import { seenOf, tellChange, tellRemoval } from "./tell-changes.ts";
import type { Seen } from "./tell-changes.ts";

/** Open sockets at most; a person has a few pages and add-ons. */
export const MAX_SOCKETS = 64;
/** Answers and notifications a client has not taken yet; one that takes nothing is cut off. Bytes. */
const MAX_UNSENT_BYTES = 16 * 1024 * 1024;
/** A client is asked this often whether it is still there. */
/** Clients show their secret with the first call, which they make at once. */
const SHOW_WITHIN_MS = 30_000;
const PING_MS = 30_000;

/** RFC 6455 §7.4.1. */
const GOING_AWAY = 1001;
/** "Try Again Later", in IANA's registry of close codes. */
const TRY_LATER = 1013;
/** RFC 6455 §7.4.1. */
const POLICY_VIOLATION = 1008;

export interface SocketParts {
  context: RpcContext;
  keeper: AccessKeeper;
  note: NoteDeed;
  clock: Clock;
  log: FastifyBaseLogger;
  /** Ends all of it. */
  signal: AbortSignal;
  /** After a call without the right secret: guessing is to take its time. */
  penalty(signal: AbortSignal): Promise<void>;
}

export class RpcSockets {
  readonly #parts: SocketParts;
  /** Those that have shown the secret, where there is one: others are told nothing. */
  readonly #listeners = new Set<WebSocket>();
  #open = 0;
  /** Since the first socket: whatever happens once this has resolved is told. */
  #ready: Promise<void> | null = null;

  constructor(parts: SocketParts) {
    this.#parts = parts;
  }

  take(socket: WebSocket, request: FastifyRequest): void {
    const { signal, keeper, note, log } = this.#parts;
    if (signal.aborted) return socket.close(GOING_AWAY);
    if (this.#open >= MAX_SOCKETS) return socket.close(TRY_LATER);
    this.#open += 1;
    const gone = new AbortController();
    socket.once("close", () => {
      this.#open -= 1;
      this.#listeners.delete(socket);
      gone.abort();
    });
    const caller: AskParts["caller"] = {
      identify: async (secret) => {
        const asker = await keeper.identifyCaller(request, secret);
        if (asker.role !== null) this.#listen(socket, asker, gone.signal);
        return asker;
      },
      note,
      signal: AbortSignal.any([signal, gone.signal]),
    };
    this.#ready ??= new Promise((ready) => void this.#tell(ready));
    // Where no secret is wanted, who was let in may listen from the beginning.
    const begun = Promise.all([this.#ready, keeper.isOpen ? caller.identify(null) : null]).catch(
      (error: unknown) => log.error({ err: error }, "who opened a socket could not be found out"),
    );
    void this.#beat(socket, caller.signal);
    void this.#expectSecret(socket, caller.signal);
    this.#answer(socket, caller, begun);
  }

  /** What was shown for it may be taken back: then it is told nothing more. */
  #listen(socket: WebSocket, asker: Asker, gone: AbortSignal): void {
    if (gone.aborted || this.#listeners.has(socket)) return;
    this.#listeners.add(socket);
    const ended = this.#parts.keeper.hold(asker, gone);
    ended.addEventListener("abort", () => socket.close(POLICY_VIOLATION), { once: true });
  }

  /** One call after the other: as long as one is answered no other is read, so that nobody piles them up. */
  #answer(socket: WebSocket, caller: AskParts["caller"], begun: Promise<unknown>): void {
    const { context, log } = this.#parts;
    // What a call brings about is told to its caller.
    let last: Promise<unknown> = begun;
    socket.on("message", (data, isBinary) => {
      socket.pause();
      last = last
        .then(async () => {
          const text = isBinary ? "" : textOf(data);
          const { message, isUnauthorized } = await answerText(text, { context, caller, log });
          if (isUnauthorized) await this.#parts.penalty(caller.signal);
          send(socket, JSON.stringify(message));
        })
        .catch((error: unknown) => log.error({ err: error }, "a call over WebSocket could not be answered"))
        .finally(() => socket.resume());
    });
  }

  /** Places are few: who shows nothing in time leaves its own to others. */
  async #expectSecret(socket: WebSocket, signal: AbortSignal): Promise<void> {
    await this.#parts.clock.sleep(SHOW_WITHIN_MS, signal);
    if (!signal.aborted && !this.#listeners.has(socket)) socket.close(POLICY_VIOLATION);
  }

  async #beat(socket: WebSocket, signal: AbortSignal): Promise<void> {
    let isThere = true;
    socket.on("pong", () => (isThere = true));
    for (;;) {
      await this.#parts.clock.sleep(PING_MS, signal);
      if (signal.aborted) return;
      if (!isThere) return socket.terminate();
      isThere = false;
      socket.ping();
    }
  }

  /** From the first socket on, until the server stops. */
  async #tell(ready: () => void): Promise<void> {
    const { context, log, signal } = this.#parts;
    const notify = (method: string, id: JobId): void => this.#notify(method, id);
    // Of what happens while the store is away, clients are told when it is back.
    const told: Told = { cursor: null, seen: new Map() };
    await keepFollowing(
      (until) => tellChanges(context, told, { ready, notify, signal: until }),
      signal,
      (error) => {
        log.warn(
          { err: error },
          "clients of aria2's interface could not be told what happens; it is tried again",
        );
        // Calls are answered meanwhile.
        ready();
      },
    );
    ready();
  }

  #notify(method: string, id: JobId): void {
    const text = JSON.stringify({ jsonrpc: "2.0", method, params: [{ gid: gidOf(id) }] });
    for (const socket of this.#listeners) send(socket, text);
  }
}

/** How far it was told what happens, kept from one try to the next. */
interface Told {
  /** Null: nothing yet. */
  cursor: Cursor | null;
  /** Each job as it was told of last. */
  seen: Map<JobId, Seen>;
}

interface TellOptions {
  /** Called once nothing that happens is missed any more. */
  ready(): void;
  notify(method: string, id: JobId): void;
  signal: AbortSignal;
}

async function tellChanges(
  { engine, shelf }: Pick<RpcContext, "engine" | "shelf">,
  told: Told,
  { ready, notify, signal }: TellOptions,
): Promise<void> {
  const { seen } = told;
  if (told.cursor === null) {
    const cursor = await engine.cursor();
    for (const job of await shelf.all()) seen.set(job.id, seenOf(job));
    told.cursor = cursor;
  }
  ready();
  for await (const item of engine.feed(told.cursor, signal)) {
    switch (item.kind) {
      case "job": {
        for (const method of tellChange(seen.get(item.job.id), item.job)) notify(method, item.job.id);
        seen.set(item.job.id, seenOf(item.job));
        break;
      }
      case "removed":
        for (const method of tellRemoval(seen.get(item.id))) notify(method, item.id);
        seen.delete(item.id);
        break;
      case "gap":
        for (const job of await shelf.all()) seen.set(job.id, seenOf(job));
        break;
      case "progress":
      case "limit":
      case "settings":
      case "groups":
      case "machines":
        break;
      default:
        throw item satisfies never;
    }
    if ("cursor" in item) told.cursor = item.cursor;
  }
}

function send(socket: WebSocket, text: string): void {
  if (socket.readyState !== socket.OPEN) return;
  if (socket.bufferedAmount > MAX_UNSENT_BYTES) return socket.terminate();
  socket.send(text);
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString();
  return Buffer.isBuffer(data) ? data.toString() : Buffer.from(data).toString();
}
