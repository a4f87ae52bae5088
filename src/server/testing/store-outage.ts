/** A store that is away while a test wants it to be: its verbs say what those of PostgreSQL say then. */
import { STORE_UNREACHABLE } from "../../job/store-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";

/** They reach no database. */
const NEVER_AWAY = new Set<string | symbol>(["onChange", "close", "files", "now"]);

export class StoreOutage {
  /** Whether a verb finds no database; `claim` of notices is a verb like that of jobs. */
  isAway: (verb: string) => boolean = () => false;
  /** Verbs that found none. */
  readonly missed: string[] = [];

  readonly storeOf = (store: JobStore): JobStore => this.#guard(store);

  #guard<T extends object>(target: T): T {
    return new Proxy(target, {
      get: (whole, key) => {
        const value: unknown = Reflect.get(whole, key);
        if (typeof value === "object" && value !== null) return this.#guard(value);
        if (typeof value !== "function") return value;
        return (...given: unknown[]): unknown => {
          if (!NEVER_AWAY.has(key) && this.isAway(String(key))) {
            this.missed.push(String(key));
            return Promise.reject(
              Object.assign(new Error("The store is away."), { code: STORE_UNREACHABLE }),
            );
          }
          const answer: unknown = Reflect.apply(value, whole, given);
          return key === "files" && typeof answer === "object" && answer !== null
            ? this.#guard(answer)
            : answer;
        };
      },
    });
  }
}
