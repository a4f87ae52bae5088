/** What a person should look at, kept until it is settled. Shown by `/health` and the page. */
import type { HealthMessage } from "../wire/health.ts";

export type Problem = HealthMessage["problems"][number];

/** More at once are not read by anybody; the oldest stay, they are the likeliest cause. */
const MAX_PROBLEMS = 100;

export interface ProblemLog {
  warn(facts: object, message: string): void;
}

export class Problems {
  readonly #log: ProblemLog;
  readonly #known = new Map<string, Problem>();

  constructor(log: ProblemLog) {
    this.#log = log;
  }

  /** Takes a problem in, and logs it unless it is the one known under this key already. */
  report(key: string, problem: Problem): void {
    const known = this.#known.get(key);
    if (known?.message === problem.message) return;
    this.#log.warn({ code: problem.code, key }, problem.message);
    if (known !== undefined || this.#known.size < MAX_PROBLEMS) this.#known.set(key, problem);
  }

  /** The problem of this key is gone. */
  settle(key: string): void {
    this.#known.delete(key);
  }

  list(): Problem[] {
    return [...this.#known.values()];
  }
}
