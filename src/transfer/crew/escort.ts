/** The crew of one fetch, for as long as it may have one. */
import type { Failure } from "../../job/failure.ts";
import type { FetchedRange } from "../../job/file-map.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { headerOf } from "../ask/http-answer.ts";
import { ifRangeOf } from "../judge/object-facts.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Bounds } from "../fetch/receive-body.ts";
import type { Run } from "../transfer-run.ts";
import { mostConnections } from "../transfer-run.ts";
import { boundsOf } from "./claims.ts";
import type { Claim } from "./claims.ts";
import { Crew } from "./crew.ts";

/** With less to fetch, one connection is done before a second one is up to speed. Bytes. */
const LEAST_MISSING_BYTES = 4 * 1024 * 1024;

/** A file may change once while it is fetched; servers that cannot do parts never can. */
const MOST_DOUBTS = 2;

/** What a fetch has learnt when an answer begins. */
export interface Occasion {
  part: PartFile;
  answer: FinalAnswer;
  /** First byte that is new, and the exclusive end of the answer. */
  from: number;
  end: number;
  /** From request to answer. Milliseconds. */
  firstByteMs: number;
}

export class Escort {
  readonly #run: Run;
  #crew: Crew | null = null;
  readonly #allowed: boolean;
  #doubts = 0;

  /** @param allowed false: the file has to come in one piece */
  constructor(run: Run, allowed: boolean) {
    this.#run = run;
    this.#allowed = allowed && mostConnections(run) > 1;
  }

  get isAtWork(): boolean {
    return this.#crew !== null;
  }

  /** The leading connection begins to receive: others may join it. */
  begin({ part, answer, from, end, firstByteMs }: Occasion): void {
    if (this.#crew !== null || !this.#mayJoin(part, answer, from)) return;
    const { facts } = part.ledger;
    const lead = { position: from, end, open: end === facts.size };
    this.#crew = new Crew({ run: this.#run, part, answer, lead, firstByteMs });
  }

  /** What each connection fetches, where there are several. */
  get ranges(): readonly FetchedRange[] {
    return this.#crew?.ranges ?? [];
  }

  /** What the leading connection has to heed while it receives. */
  get bounds(): Bounds | null {
    const lead = this.#crew?.lead ?? null;
    return lead === null ? null : boundsOf(lead.claim, lead.leave);
  }

  /**
   * The leading connection failed. True after the others went on without it: then it is asked again whether
   * anything is missing.
   */
  async standIn(why: Failure): Promise<boolean> {
    const crew = this.#crew;
    if (crew === null || !why.retryable || !crew.hasMembers) return false;
    crew.refuse(why);
    await crew.standBy();
    return true;
  }

  /** The leading connection is done with an answer. */
  release(): void {
    this.#crew?.releaseLead();
  }

  /**
   * What the leading connection should fetch next, once there is something for it. Null: whatever is missing is
   * for it alone.
   */
  async next(): Promise<Claim | null> {
    const claim = (await this.#crew?.nextForLead()) ?? null;
    if (claim === null && this.#crew !== null) await this.end();
    return claim;
  }

  /** Ends the crew. Resolves when it writes no more. Later there may be another one. */
  async end(): Promise<void> {
    const crew = this.#crew;
    if (crew === null) return;
    this.#crew = null;
    // Those whose answers were no good, time and again, are not asked any more.
    if (crew.isOver) this.#doubts += 1;
    await crew.dissolve();
  }

  #mayJoin({ ledger }: PartFile, { headers }: FinalAnswer, from: number): boolean {
    const { facts, checksum } = ledger;
    if (
      !this.#allowed ||
      this.#doubts >= MOST_DOUBTS ||
      facts.size === null ||
      facts.size - from < LEAST_MISSING_BYTES
    )
      return false;
    // RFC 9110 §14.3: "none" says that no range request is supported; silence says nothing.
    if (headerOf(headers, "accept-ranges")?.toLowerCase() === "none") return false;
    // Without a validator, nothing but a hash tells whether all parts are of one version.
    return checksum !== null || ifRangeOf(facts) !== null;
  }
}
