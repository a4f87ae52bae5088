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
import type { FetchedRange } from "../../job/file-map.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import type { PartFile } from "../part/part-file.ts";
import type { Run } from "../transfer-run.ts";
import { mostConnections } from "../transfer-run.ts";
import { Claims } from "./claims.ts";
import type { Claim } from "./claims.ts";
import type { PieceEnd } from "./fetch-piece.ts";
import { handOut } from "./hand-out.ts";
import { isRefusal, Member } from "./member.ts";
import { SlowStart } from "./slow-start.ts";
import { SpeedGauge } from "./speed-gauge.ts";
import { threadMs } from "./thread-ms.ts";
import type { Supplier } from "./suppliers.ts";
import { Suppliers } from "./suppliers.ts";

/** How often speeds are looked at. Milliseconds. */
const TICK_MS = 50;
/** Connections in a row that brought nothing, before it counts as the server's wish for fewer. */
const MOST_IN_VAIN = 3;
/** How much of the mean time to first byte the latest one is. */
const WEIGHT = 1 / 4;

export interface CrewParts {
  run: Run;
  part: PartFile;
  /** The leading connection's. */
  answer: FinalAnswer;
  /** What the leading connection receives. */
  lead: { position: number; end: number; open: boolean };
  /** From its request to its answer. Milliseconds. */
  firstByteMs: number;
}

export class Crew {
  readonly #parts: CrewParts;
  readonly #claims: Claims;
  readonly #pace: SlowStart;
  readonly #suppliers: Suppliers;
  readonly #gauge: SpeedGauge;
  readonly #over = new AbortController();
  readonly #members = new Map<Member, Promise<void>>();
  #lead: { claim: Claim; leave: AbortController } | null;
  #firstByteMs: number;
  #inVain = 0;
  /** A bug or trouble with the disk that a member met. */
  #thrown: { error: unknown } | null = null;
  #wake: (() => void)[] = [];

  constructor(parts: CrewParts) {
    this.#parts = parts;
    const { run, part, answer, lead } = parts;
    const now = systemClock.now();
    this.#claims = new Claims(part.ledger.facts.size as number, () => part.written);
    this.#lead = {
      claim: this.#claims.add(lead.position, lead.end, lead.open),
      leave: new AbortController(),
    };
    this.#pace = new SlowStart(now);
    this.#gauge = new SpeedGauge(this.#claims, now);
    this.#suppliers = new Suppliers(run, part, answer);
    this.#firstByteMs = parts.firstByteMs;
    void this.#conduct();
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

  /** What each connection fetches. */
  get ranges(): readonly FetchedRange[] {
    return [...this.#claims.active];
  }

  get hasMembers(): boolean {
    return this.#members.size > 0;
  }

  /** The leading connection failed; where that means that there are too many, fewer are used for a while. */
  refuse(why: Failure): void {
    if (isRefusal(why)) this.#useFewer(this.#members.size, this.#suppliers.main, why);
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
    await Promise.all(this.#members.values());
    this.#suppliers.leave();
    this.#stir();
    if (this.#thrown !== null) throw this.#thrown.error;
  }

  /** Looks at the speeds, and lets connections come and go. */
  async #conduct(): Promise<void> {
    const { run, part } = this.#parts;
    const stop = AbortSignal.any([run.signal, this.#over.signal]);
    while (!stop.aborted) {
      await systemClock.sleep(TICK_MS, stop);
      if (stop.aborted) return;
      const now = systemClock.now();
      this.#gauge.measure(now);
      if (this.#suppliers.waitForBytes) void part.writeOut();
      this.#suppliers.measure((supplier) => this.#speedsFrom(supplier));
      for (const slow of this.#gauge.stragglers(now)) this.#drop(slow);
      const sample = {
        now,
        bytes: this.#gauge.bytes,
        delivering: this.#gauge.delivering,
        missing: this.#claims.missing,
        busyMs: threadMs(),
        firstByteMs: this.#firstByteMs,
        held: run.bandwidth.isHeld(),
      };
      const target = this.#pace.observe(sample, this.#most());
      for (let count = this.#connections; count < target && this.#hire(); count++);
      this.#dismiss(this.#connections - 2 * target);
      run.report.connections(this.#connections);
    }
  }

  #speedsFrom(supplier: Supplier): (number | null)[] {
    const members = [...this.#members.keys()].filter((member) => member.supplier === supplier);
    const claims = members.map(({ claim }) => claim);
    if (supplier === this.#suppliers.main && this.#lead !== null) claims.push(this.#lead.claim);
    return claims.map(({ bytesPerSecond }) => bytesPerSecond);
  }

  #most(): number {
    const { run } = this.#parts;
    const most = Math.min(mostConnections(run), this.#suppliers.share);
    // More connections bring no more than the limit allows.
    return run.bandwidth.isHeld() ? Math.min(most, this.#pace.target) : most;
  }

  get #connections(): number {
    return this.#members.size + (this.#lead === null ? 0 : 1);
  }

  /** Leaves an answer that keeps all others waiting; its bytes are somebody else's then. */
  #drop(claim: Claim): void {
    if (this.#lead?.claim === claim) return this.#lead.leave.abort();
    for (const member of this.#members.keys()) if (member.claim === claim) member.leave();
  }

  /** Lets go of so many at once; a few too many end with their pieces. */
  #dismiss(count: number): void {
    for (const member of [...this.#members.keys()].slice(0, Math.max(0, count))) member.leave();
  }

  /** False when there is nothing to fetch for one more. */
  #hire(): boolean {
    const claim = this.#nextClaim(0);
    if (claim === null) return false;
    const { run, part } = this.#parts;
    const member = new Member(
      {
        run,
        part,
        suppliers: this.#suppliers,
        over: this.#over.signal,
        isWanted: () => this.#connections <= this.#pace.target,
        next: (speed) => this.#nextClaim(speed),
        release: (done) => this.#release(done),
        answeredIn: (ms) => {
          this.#firstByteMs += (ms - this.#firstByteMs) * WEIGHT;
        },
        heed: (end, gained, supplier) => this.#heed(end, gained, supplier),
      },
      claim,
    );
    const work = member
      .work()
      .catch((error: unknown) => {
        this.#thrown ??= { error };
        this.#over.abort();
      })
      .finally(() => {
        this.#members.delete(member);
        if (this.#members.size === 0 && this.#lead !== null) this.#claims.letRun(this.#lead.claim);
        this.#stir();
      });
    this.#members.set(member, work);
    return true;
  }

  #heed(end: PieceEnd, gained: boolean, supplier: Supplier): boolean {
    switch (end.kind) {
      case "done":
        this.#inVain = 0;
        return true;
      case "stopped":
        // One that was too slow tries again, on another connection.
        return true;
      case "doubtful":
        return this.#doWithout(supplier);
      case "failed":
        return this.#meetFailure(end.failure, gained, supplier);
      default:
        return end satisfies never;
    }
  }

  #meetFailure(why: Failure, gained: boolean, supplier: Supplier): boolean {
    // What is wrong with the file or with us is met by the leading connection, too, which knows what to do.
    if (!why.retryable) return this.#doWithout(supplier);
    this.#inVain = gained ? 0 : this.#inVain + 1;
    if (gained || (!isRefusal(why) && this.#inVain < MOST_IN_VAIN)) return true;
    this.#useFewer(this.#connections - 1, supplier, why);
    return false;
  }

  #useFewer(connections: number, { seat }: Supplier, { retryAt }: Failure): void {
    this.#pace.refuse(Math.max(1, connections), seat.refuse(retryAt));
  }

  /** Nothing more from there. True if there are others. */
  #doWithout(supplier: Supplier): boolean {
    supplier.isOut = true;
    if (supplier !== this.#suppliers.main) return true;
    this.#giveUp();
    return false;
  }

  /** No more parts from here: the answer that was cut short for them runs on, if it still does. */
  #giveUp(): void {
    this.#over.abort();
    if (this.#lead !== null) this.#claims.letRun(this.#lead.claim, true);
  }

  /** @param speed of the connection, as far as it is known: bytes per second, or 0 */
  #nextClaim(speed: number): Claim | null {
    const average = this.#gauge.bytesPerSecond / Math.max(1, this.#gauge.delivering);
    const claim = handOut(this.#claims, {
      bytesPerSecond: speed > 0 ? speed : average,
      connections: this.#pace.target,
      firstByteMs: this.#firstByteMs,
    });
    if (claim !== null && speed > 0) claim.bytesPerSecond = speed;
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
