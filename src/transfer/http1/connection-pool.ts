/** Connections that wait for another request to the same origin. */
import type { Clock } from "../../job/clock.ts";
import type { Connection } from "./connection.ts";
import { after } from "./deadline.ts";
import type { Fields } from "./fields.ts";
import { fieldTokens } from "./fields.ts";

/** An idle connection is worth keeping for the next file of the same origin, not for longer. */
export const IDLE_MS = 4_000;
/** A server that says how long it waits is left a second before: a request must not cross its close. */
const MARGIN_MS = 1_000;
/** As many as one large file may use. */
const MAX_IDLE_PER_ORIGIN = 64;

export class ConnectionPool {
  readonly #clock: Clock;
  readonly #idle = new Map<string, { connection: Connection; forget: () => void }[]>();
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The connection of an origin that was used last, or null. */
  take(key: string): Connection | null {
    const entry = this.#idle.get(key)?.at(-1);
    if (entry === undefined) return null;
    this.#remove(key, entry.connection);
    return entry.connection;
  }

  /** Keeps an idle connection for a while; `fields` are those of its last answer. */
  give(key: string, connection: Connection, fields: Fields): void {
    const ms = Math.min(IDLE_MS, (keepAliveMs(fields) ?? Infinity) - MARGIN_MS);
    const entries = this.#idle.get(key) ?? [];
    if (this.#closed || !connection.isIdle || ms <= 0 || entries.length >= MAX_IDLE_PER_ORIGIN) {
      return connection.close();
    }
    const forget = after(this.#clock, ms, () => connection.close());
    entries.push({ connection, forget });
    this.#idle.set(key, entries);
    connection.onClosed = () => this.#remove(key, connection);
  }

  /** Closes what waits, now and from now on. */
  close(): void {
    this.#closed = true;
    // A copy: each one that closes leaves the lists.
    for (const { connection } of Array.from(this.#idle.values()).flat()) connection.close();
  }

  get size(): number {
    return Array.from(this.#idle.values()).flat().length;
  }

  #remove(key: string, connection: Connection): void {
    const entries = this.#idle.get(key) ?? [];
    entries.find((entry) => entry.connection === connection)?.forget();
    const rest = entries.filter((entry) => entry.connection !== connection);
    if (rest.length === 0) this.#idle.delete(key);
    else this.#idle.set(key, rest);
    connection.onClosed = () => {};
  }
}

/** `Keep-Alive: timeout=5, max=100`: how long the server keeps an idle connection; null if it does not say. */
export function keepAliveMs(fields: Fields): number | null {
  for (const token of fieldTokens(fields, "keep-alive")) {
    const seconds = /^timeout=([0-9]{1,6})$/.exec(token)?.[1];
    if (seconds !== undefined) return Number(seconds) * 1000;
  }
  return null;
}
