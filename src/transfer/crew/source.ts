/** Where pieces of a file come from: an address, and the very place it led to. */
import type { AskOutcome, FinalAnswer, Question } from "../ask/ask-origin.ts";
import type { ObjectFacts } from "../judge/object-facts.ts";
import type { DirectPlace, Run } from "../transfer-run.ts";

/** What a link says that has run out (S3 and most others: 403; some 400, 401, 404 or 410). */
const EXPIRED: ReadonlySet<number> = new Set([400, 401, 403, 404, 410]);

export class Source {
  readonly address: string;
  /** The object there; its validator is of this address alone (RFC 9110 §8.8.1). */
  readonly facts: ObjectFacts;
  /** Scheme, host and port that the bytes come from. */
  readonly origin: string;
  readonly #run: Run;
  /** Where a redirect led: asked straight on, as long as that works. */
  #direct: DirectPlace | null = null;

  constructor(run: Run, address: string, facts: ObjectFacts, answer: FinalAnswer) {
    this.#run = run;
    this.address = address;
    this.facts = facts;
    this.origin = answer.url.origin;
    this.#remember(answer);
  }

  /** Asks where the last answer came from; the address itself once that does not work any more. */
  async ask(question: Question, signal: AbortSignal): Promise<AskOutcome> {
    if (this.#direct !== null) {
      const asked = await this.#run.askDirect(this.#direct, question, signal);
      if (asked.kind !== "answer" || !EXPIRED.has(asked.answer.status)) return asked;
      asked.answer.body.discard();
      this.#direct = null;
    }
    const asked = await this.#run.askAt(this.address, question, signal);
    // A signed link is made anew for everybody who asks: the next pieces go straight to the new one.
    if (asked.kind === "answer") this.#remember(asked.answer);
    return asked;
  }

  #remember({ url, carried, reach, status }: FinalAnswer): void {
    const redirected = url.href !== new URL(this.address).href;
    this.#direct = redirected && status < 400 ? { url, carried, reach } : null;
  }
}
