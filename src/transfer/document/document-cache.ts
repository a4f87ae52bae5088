/** Answers that were read before, for those who ask for the same again. */
import type { Clock } from "../../job/clock.ts";
import type { DocumentAnswer } from "../../job/document-contract.ts";

/** Bodies kept at most, all together. */
const MAX_KEPT_BYTES = 16 * 1024 * 1024;
/** Answers kept at most, however short; one without a body takes about a kilobyte. */
const MAX_ENTRIES = 1024;

export interface KeptAnswer {
  answer: DocumentAnswer;
  /** When the server last said so; epoch milliseconds. */
  askedAt: number;
}

export class DocumentCache {
  readonly #clock: Clock;
  /** The one used last comes last. */
  readonly #entries = new Map<string, KeptAnswer>();
  #bytes = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  find(key: string): KeptAnswer | null {
    const entry = this.#entries.get(key);
    if (entry === undefined) return null;
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry;
  }

  isFresh({ askedAt }: KeptAnswer, freshMs: number): boolean {
    const age = this.#clock.now() - askedAt;
    // A clock that was set back makes everything younger than it is.
    return age >= 0 && age < freshMs;
  }

  keep(key: string, answer: DocumentAnswer): void {
    this.#drop(key);
    if (answer.bytes.length > MAX_KEPT_BYTES) return;
    this.#entries.set(key, { answer, askedAt: this.#clock.now() });
    this.#bytes += answer.bytes.length;
    for (const oldest of this.#entries.keys()) {
      if (this.#bytes <= MAX_KEPT_BYTES && this.#entries.size <= MAX_ENTRIES) return;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#bytes -= this.#entries.get(key)?.answer.bytes.length ?? 0;
    this.#entries.delete(key);
  }
}
