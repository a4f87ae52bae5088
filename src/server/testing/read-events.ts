/** Reads an event stream over a socket of its own, a chunk at a time, as slowly as a test wants. */
import { request } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage } from "node:http";

export interface SentEvent {
  /** As the client would remember it; null if the event had none. */
  id: string | null;
  type: string;
  data: Record<string, unknown>;
}

export class EventReader {
  readonly events: SentEvent[] = [];
  /** The events that tell the limit for all: they come in between, and have no place in the order. */
  readonly limits: SentEvent[] = [];
  /** Those that tell of machines, for the same reason. */
  readonly machines: SentEvent[] = [];
  /** Lines that are no part of an event: comments and `retry`. */
  readonly asides: string[] = [];
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  ended = false;
  readonly #response: IncomingMessage;
  readonly #waiting = new Set<() => void>();
  #rest = "";

  constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => this.#take(chunk));
    const end = (): void => {
      this.ended = true;
      for (const look of this.#waiting) look();
    };
    response.on("close", end);
    response.on("error", end);
  }

  static open(url: string, path = "/events", headers: Record<string, string> = {}): Promise<EventReader> {
    const { hostname, port } = new URL(url);
    return new Promise((resolve, reject) => {
      const sent = request({ hostname, port, path, headers, agent: false }, (response) => {
        resolve(new EventReader(response));
      });
      sent.on("error", reject);
      sent.end();
    });
  }

  get lastId(): string {
    return this.events.findLast(({ id }) => id !== null)?.id ?? "";
  }

  of(type: string): SentEvent[] {
    return this.events.filter((event) => event.type === type);
  }

  /** Resolves as soon as what came fits; rejects if it does not in time. */
  until(what: string, fits: () => boolean, timeoutMs = 120_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const done = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(look);
      };
      const look = (): void => {
        if (!fits()) return;
        done();
        resolve();
      };
      const timer = setTimeout(() => {
        done();
        reject(new Error(`${what} did not come; ${this.events.length} events did`));
      }, timeoutMs);
      this.#waiting.add(look);
      look();
    });
  }

  /** Takes nothing more off the socket until `resume`. */
  pause(): void {
    this.#response.pause();
  }

  resume(): void {
    this.#response.resume();
  }

  close(): void {
    this.#response.destroy();
  }

  #take(chunk: string): void {
    const blocks = (this.#rest + chunk).split("\n\n");
    this.#rest = blocks.pop() ?? "";
    for (const block of blocks) this.#takeBlock(block);
    for (const look of this.#waiting) look();
  }

  #takeBlock(block: string): void {
    let id: string | null = null;
    let type = "message";
    const data: string[] = [];
    for (const line of block.split("\n")) {
      const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
      if (field === "id") id = value;
      else if (field === "event") type = value;
      else if (field === "data") data.push(value);
      else this.asides.push(line);
    }
    if (data.length === 0) return;
    const sent = { id, type, data: JSON.parse(data.join("\n")) as SentEvent["data"] };
    if (type === "limit") this.limits.push(sent);
    else if (type === "machines") this.machines.push(sent);
    else this.events.push(sent);
  }
}
