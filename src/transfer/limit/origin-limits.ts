/** A limit for each server, shared by all runs that fetch from it. */
import type { Clock } from "../../job/clock.ts";
import { hostOf } from "../../job/limit/origin-rates.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Share } from "./rate-limit.ts";

interface Shared {
  limit: RateLimit;
  /** How many runs share it. */
  runs: number;
}

export class OriginLimits {
  readonly #rateOf: (url: string) => number | null;
  readonly #clock: Clock;
  /** Of the hosts that runs fetch from at present, also those without a limit: one may come while they run. */
  readonly #shared = new Map<string, Shared>();

  /** @param rateOf bytes per second at present for all runs from the host of an address, null for no limit */
  constructor(rateOf: (url: string) => number | null, clock: Clock) {
    this.#rateOf = rateOf;
    this.#clock = clock;
  }

  /** A share in the limit of the host of an address. To be left once. */
  join(url: string): Share {
    const host = hostOf(url);
    const shared = this.#shared.get(host) ?? {
      limit: new RateLimit(() => this.#rateOf(url), this.#clock),
      runs: 0,
    };
    this.#shared.set(host, shared);
    shared.runs += 1;
    const share = shared.limit.join();
    return {
      ...share,
      leave: () => {
        share.leave();
        shared.runs -= 1;
        if (shared.runs === 0) this.#shared.delete(host);
      },
    };
  }
}
