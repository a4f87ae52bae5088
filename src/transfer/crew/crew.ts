/**
 * More connections for a file that one connection has begun to fetch.
 *
 * That one leads: it keeps every rule of a single connection, and goes on alone whenever answers to the others
 * cannot be relied on. The others only take pieces that are vouched for (same validator, exact range).
 *
 * Speeds and pauses here are those of sockets: they go by real time, whatever clock the transfer's policy has.
 */
import { systemClock } from "../../job/clock.ts";
import type { Failure } from "../../job/failure.ts";
import type { PartFile } from "../part-file.ts";
import type { Run } from "../transfer-run.ts";
import { Claims } from "./claims.ts";
import type { Claim } from "./claims.ts";
import { fetchPiece } from "./fetch-piece.ts";
import type { PieceEnd } from "./fetch-piece.ts";
import { handOut } from "./hand-out.ts";
import { MOST_PER_ORIGIN } from "./origin-budget.ts";
import type { Seat } from "./origin-budget.ts";
import { SlowStart } from "./slow-start.ts";
import type { Source } from "./source.ts";
import { SpeedGauge } from "./speed-gauge.ts";

/** How often speeds are looked at. Milliseconds. */
const TICK_MS = 50;
/** Connections in a row that brought nothing, before it counts as the server's wish for fewer. */
const MOST_IN_VAIN = 3;

export interface CrewParts {
  run: Run;
  part: PartFile;
  source: Source;
  /** What the leading connection receives. */
  lead: { position: number; end: number; open: boolean };
  /** From its request to its answer. Milliseconds. */
  firstByteMs: number;
}

interface Member {
  claim: Claim | null;
  /** Leaves the present answer. */
  leave: AbortController;
}

export class Crew {
  readonly #parts: CrewParts;
  readonly #claims: Claims;
  readonly #pace: SlowStart;
  readonly #seat: Seat;
  readonly #gauge: SpeedGauge;
  readonly #over = new AbortController();
  readonly #members = new Map<Member, Promise<void>>();
  #lead: { claim: Claim; leave: AbortController } | null;
  #firstByteMs: number;
  #inVain = 0;
  #wrote = false;
  /** A bug or trouble with the disk that a member met. */
  #thrown: { error: unknown } | null = null;
  #wake: (() => void)[] = [];

  constructor(parts: CrewParts) {
    this.#parts = parts;
    const { run, part, source, lead } = parts;
    const now = systemClock.now();
    this.#claims = new Claims(part.ledger.facts.size as number, () => part.written);
    this.#lead = {
      claim: this.#claims.add(lead.position, lead.end, lead.open),
      leave: new AbortController(),
    };
    this.#pace = new SlowStart(now);
    this.#gauge = new SpeedGauge(this.#claims, now);
    this.#seat = run.settings.budget.join(source.origin);
    this.#firstByteMs = parts.firstByteMs;
    void this.#conduct();
  }

  /** Bytes of others than the leading connection are in the file. */
  get wrote(): boolean {
    return this.#wrote;
  }

  get isOver(): boolean {
    return this.#over.signal.aborted;
  }

  /** What the leading connection fetches, or null. */
  get lead(): { claim: Claim; leave: AbortSignal } | null {
    return this.#lead === null ? null : { claim: this.#lead.claim, leave: this.#lead.leave.signal };
  }

  /** The leading connection is done with its answer, for whatever reason. */
  releaseLead(): void {
    if (this.#lead === null) return;
    this.#release(this.#lead.claim);
    this.#lead = null;
  }

  get hasMembers(): boolean {
    return this.#members.size > 0;
  }

  /** The leading connection failed; where that means that there are too many, fewer are used for a while. */
  refuse(why: Failure): void {
    if (!REFUSALS.has(why.code)) return;
    this.#pace.refuse(Math.max(1, this.#members.size), this.#seat.refuse(why.retryAt));
  }

  /**
   * The next piece for the leading connection. Waits while others are at work on all that is missing; null when
   * nothing is missing, or nobody else is at work any more.
   */
  async nextForLead(): Promise<Claim | null> {
    for (;;) {
      if (this.#thrown !== null) throw this.#thrown.error;
      if (this.isOver || this.#parts.run.signal.aborted) return null;
      const wanted = this.#members.size === 0 || this.#members.size < this.#pace.target;
      const claim = wanted ? this.#nextClaim(0) : null;
      if (claim !== null) {
        this.#lead = { claim, leave: new AbortController() };
        return claim;
      }
      if (this.#members.size === 0) return null;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Resolves when the leading connection is needed: nobody else is at work any more, or nothing is missing. */
  async standBy(): Promise<void> {
    const { signal } = this.#parts.run;
    while (this.#members.size > 0 && !this.isOver && !signal.aborted) {
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  /** Ends all but the leading connection. Resolves when they write no more. */
  async dissolve(): Promise<void> {
    this.#over.abort();
    this.#seat.leave();
    for (const { leave } of this.#members.keys()) leave.abort();
    await Promise.all(this.#members.values());
    this.#stir();
    if (this.#thrown !== null) throw this.#thrown.error;
  }

  /** Looks at the speeds, and lets connections come and go. */
  async #conduct(): Promise<void> {
    const { run } = this.#parts;
    const stop = AbortSignal.any([run.signal, this.#over.signal]);
    while (!stop.aborted) {
      await systemClock.sleep(TICK_MS, stop);
      if (stop.aborted) return;
      const now = systemClock.now();
      this.#gauge.measure(now);
      for (const slow of this.#gauge.stragglers(now)) this.#drop(slow);
      const sample = {
        now,
        bytes: this.#gauge.bytes,
        delivering: this.#gauge.delivering,
        missing: this.#claims.missing,
        firstByteMs: this.#firstByteMs,
      };
      const target = this.#pace.observe(sample, this.#most());
      for (let count = this.#connections; count < target; count++) this.#hire();
      this.#dismiss(this.#connections - 2 * target);
      this.#seat.connections = this.#connections;
      run.report.connections(this.#connections);
    }
  }

  #most(): number {
    const { connections } = this.#parts.run.options;
    return Math.min(connections ?? MOST_PER_ORIGIN, this.#seat.share());
  }

  get #connections(): number {
    return this.#members.size + (this.#lead === null ? 0 : 1);
  }

  /** Leaves an answer that keeps all others waiting; its bytes are somebody else's then. */
  #drop(claim: Claim): void {
    if (this.#lead?.claim === claim) return this.#lead.leave.abort();
    for (const member of this.#members.keys()) if (member.claim === claim) member.leave.abort();
  }

  /** Lets go of so many at once; a few too many end with their pieces. */
  #dismiss(count: number): void {
    for (const { leave } of [...this.#members.keys()].slice(0, Math.max(0, count))) leave.abort();
  }

  #hire(): void {
    const member: Member = { claim: null, leave: new AbortController() };
    const work = this.#work(member)
      .catch((error: unknown) => {
        this.#thrown ??= { error };
        this.#over.abort();
      })
      .finally(() => {
        this.#members.delete(member);
        this.#stir();
      });
    this.#members.set(member, work);
  }

  /** Piece after piece, as long as there is something to fetch and the connection is wanted. */
  async #work(member: Member): Promise<void> {
    while (!this.isOver && this.#connections <= this.#pace.target) {
      const claim = this.#nextClaim(member.claim?.bytesPerSecond ?? 0);
      if (claim === null) return;
      member.claim = claim;
      const end = await this.#fetch(member, claim);
      this.#release(claim);
      const gained = claim.position > claim.start;
      if (gained) this.#wrote = true;
      if (!this.#mayGoOn(end, gained, member)) return;
    }
  }

  #fetch(member: Member, claim: Claim): Promise<PieceEnd> {
    const { run, part, source } = this.#parts;
    const asked = systemClock.now();
    const answered = (): void => {
      this.#firstByteMs = Math.max(this.#firstByteMs, systemClock.now() - asked);
    };
    member.leave = new AbortController();
    if (this.isOver) member.leave.abort();
    const signal = AbortSignal.any([run.signal, member.leave.signal]);
    const hashed = part.ledger.checksum !== null;
    return fetchPiece({ run, part, source, claim, signal, hashed, answered });
  }

  #mayGoOn(end: PieceEnd, gained: boolean, { leave }: Member): boolean {
    switch (end.kind) {
      case "done":
        this.#inVain = 0;
        return true;
      case "stopped":
        // One that was too slow tries again on another connection.
        return leave.signal.aborted && !this.isOver && !this.#parts.run.signal.aborted;
      case "doubtful":
        this.#giveUp();
        return false;
      case "failed":
        return this.#meetFailure(end.failure, gained);
      default:
        return end satisfies never;
    }
  }

  #meetFailure(why: Failure, gained: boolean): boolean {
    // What is wrong with the file or with us is met by the leading connection, too, which knows what to do.
    if (!why.retryable) {
      this.#giveUp();
      return false;
    }
    this.#inVain = gained ? 0 : this.#inVain + 1;
    if (gained) return true;
    const refused = REFUSALS.has(why.code) || this.#inVain >= MOST_IN_VAIN;
    if (!refused) return true;
    this.#pace.refuse(Math.max(1, this.#connections - 1), this.#seat.refuse(why.retryAt));
    return false;
  }

  /** No more parts from here: the answer that was cut short for them runs on, if it still does. */
  #giveUp(): void {
    this.#over.abort();
    for (const { leave } of this.#members.keys()) leave.abort();
    if (this.#lead !== null) this.#claims.letRun(this.#lead.claim);
  }

  /** @param speed of the connection, as far as it is known: bytes per second, or 0 */
  #nextClaim(speed: number): Claim | null {
    const average = this.#gauge.bytesPerSecond / Math.max(1, this.#gauge.delivering);
    const claim = handOut(this.#claims, {
      bytesPerSecond: speed > 0 ? speed : average,
      connections: this.#pace.target,
      firstByteMs: this.#firstByteMs,
    });
    if (claim !== null) claim.bytesPerSecond = speed;
    return claim;
  }

  #release(claim: Claim): void {
    this.#gauge.finish(claim);
    this.#claims.release(claim);
    this.#stir();
  }

  #stir(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }
}

/** By which servers tell that there are too many connections. */
const REFUSALS = new Set<Failure["code"]>(["rate_limited", "server_error", "connection_failed", "timed_out"]);
