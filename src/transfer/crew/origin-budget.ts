/** Connections to one origin, shared by all files that come from it. */

/** As many as ever help on a long link (PERFORMANCE: 64 over a lossy one), for one file or for all. */
export const MOST_PER_ORIGIN = 64;
/** How long an origin's refusal is remembered: it counts connections by the minute or by the moment. Milliseconds. */
export const REFUSAL_MS = 30_000;

interface Origin {
  seats: Set<Seat>;
  most: number;
  /** When `most` is forgotten. */
  until: number;
}

/** The place of one file at an origin. */
export interface Seat {
  /** Connections this file has now. */
  connections: number;
  /** As many as it may have now: an equal share with the other files. At least 1. */
  share(): number;
  /** The origin refused a connection. Answers until when that counts. */
  refuse(retryAt: number | null): number;
  leave(): void;
}

export class OriginBudget {
  readonly #now: () => number;
  readonly #origins = new Map<string, Origin>();

  /** @param now epoch milliseconds */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** @param origin scheme, host and port */
  join(origin: string): Seat {
    const entry = this.#origins.get(origin) ?? { seats: new Set(), most: MOST_PER_ORIGIN, until: 0 };
    this.#origins.set(origin, entry);
    const seat: Seat = {
      connections: 0,
      share: () => Math.max(1, Math.floor(this.#mostAt(entry) / entry.seats.size)),
      refuse: (retryAt) => this.#refuse(entry, retryAt),
      leave: () => {
        entry.seats.delete(seat);
        if (entry.seats.size === 0 && entry.until <= this.#now()) this.#origins.delete(origin);
      },
    };
    entry.seats.add(seat);
    return seat;
  }

  #mostAt(entry: Origin): number {
    if (entry.until <= this.#now()) entry.most = MOST_PER_ORIGIN;
    return entry.most;
  }

  #refuse(entry: Origin, retryAt: number | null): number {
    const now = this.#now();
    const inUse = [...entry.seats].reduce((sum, { connections }) => sum + connections, 0);
    // The one that was refused is counted, too.
    entry.most = Math.max(1, Math.min(this.#mostAt(entry), inUse - 1));
    entry.until = Math.max(now + REFUSAL_MS, retryAt ?? 0);
    return entry.until;
  }
}
