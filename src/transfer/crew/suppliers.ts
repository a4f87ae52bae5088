/** The addresses of one file that its connections are spread over: where a connection brings most. */
import type { FinalAnswer } from "../ask/ask-origin.ts";
import type { PartFile } from "../part/part-file.ts";
import { proveSame } from "../judge/prove-same.ts";
import type { Run } from "../transfer-run.ts";
import { MOST_PER_ORIGIN } from "./origin-budget.ts";
import type { Seat } from "./origin-budget.ts";
import { Source } from "./source.ts";

/** Another address has to be so much quicker before a connection moves there. */
const WORTH_MOVING = 2;

export class Supplier {
  readonly address: string;
  /** Null until it has proved to have the same file. */
  source: Source | null;
  readonly seat: Seat;
  /** Somebody asks it for proof. */
  isAsked = false;
  /** Its answers are of no use. */
  isOut = false;
  /** Of one connection; null while unknown. */
  bytesPerSecond: number | null = null;

  constructor(address: string, seat: Seat, source: Source | null) {
    this.address = address;
    this.seat = seat;
    this.source = source;
  }

  get hasRoom(): boolean {
    return !this.isOut && this.seat.connections < this.seat.share();
  }

  /** Takes in how fast its connections are, as far as that can be told; else the last speeds count. */
  measure(speeds: readonly (number | null)[]): void {
    const known = speeds.filter((speed) => speed !== null);
    if (known.length === 0) return;
    this.bytesPerSecond = known.reduce((sum, speed) => sum + speed, 0) / known.length;
  }
}

export class Suppliers {
  readonly #run: Run;
  readonly #part: PartFile;
  readonly #main: Supplier;
  readonly #all: readonly Supplier[];

  /** @param answer the leading connection's, from the address in use */
  constructor(run: Run, part: PartFile, answer: FinalAnswer) {
    this.#run = run;
    this.#part = part;
    const { current } = run.addresses;
    const source = new Source(run, current, part.ledger.facts, answer);
    this.#main = new Supplier(current, run.settings.budget.join(source.origin), source);
    const mirrors = run.addresses.others.map(
      (address) => new Supplier(address, run.settings.budget.join(new URL(address).origin), null),
    );
    this.#all = [this.#main, ...mirrors];
    // The leading connection's.
    this.#main.seat.connections = 1;
  }

  /** The one that the leading connection asks. */
  get main(): Supplier {
    return this.#main;
  }

  /** Connections that all of them together may have. */
  get share(): number {
    const sum = this.#all.reduce((most, { isOut, seat }) => most + (isOut ? 0 : seat.share()), 0);
    return Math.min(MOST_PER_ORIGIN, sum);
  }

  /**
   * Where a connection goes that is free. Those nobody knows come first; then the quickest. Takes a seat there.
   *
   * @param present where it was; left only for one that is much quicker
   */
  async choose(present: Supplier | null, signal: AbortSignal): Promise<Supplier | null> {
    for (let here = present; ; here = null) {
      const best = this.#best(here);
      if (here !== null && best === here) return here;
      if (here !== null) this.release(here);
      if (best === null) return null;
      best.seat.connections += 1;
      if (best.source !== null || (await this.#prove(best, signal))) return best;
      this.release(best);
      if (signal.aborted) return null;
    }
  }

  /** Whether an address waits for a first byte in the file, to prove that it has the same. */
  get waitForBytes(): boolean {
    return this.#part.bytesWritten === 0 && this.#all.some(({ source, isOut }) => source === null && !isOut);
  }

  /** A connection is over. */
  release(supplier: Supplier): void {
    supplier.seat.connections -= 1;
  }

  /** @param speedsOf those of the connections to an address at present */
  measure(speedsOf: (supplier: Supplier) => readonly (number | null)[]): void {
    for (const supplier of this.#all) supplier.measure(speedsOf(supplier));
  }

  leave(): void {
    for (const { seat } of this.#all) seat.leave();
  }

  #best(present: Supplier | null): Supplier | null {
    const stays = present !== null && !present.isOut && present.seat.connections <= present.seat.share();
    let best = stays ? present : null;
    for (const each of this.#all) {
      if (each === present || !each.hasRoom || each.isAsked) continue;
      // What is to prove that it has the same bytes has to be shown some.
      if (each.source === null && this.#part.bytesWritten > 0) return each;
      if (each.source === null) continue;
      if (best === null || isQuicker(each, best, best === present ? WORTH_MOVING : 1)) best = each;
    }
    return best;
  }

  async #prove(supplier: Supplier, signal: AbortSignal): Promise<boolean> {
    supplier.isAsked = true;
    const ask = (...[question]: Parameters<Run["ask"]>): ReturnType<Run["ask"]> =>
      this.#run.askAt(supplier.address, question, signal);
    const proof = await proveSame(this.#run, this.#part, ask);
    supplier.isAsked = false;
    if (proof.kind === "same") {
      supplier.source = new Source(this.#run, supplier.address, proof.facts, proof.answer);
      return true;
    }
    supplier.isOut = proof.kind !== "stopped";
    return false;
  }
}

/** One whose speed nobody knows yet is worth a try. */
function isQuicker(one: Supplier, other: Supplier, times: number): boolean {
  if (other.bytesPerSecond === null) return false;
  return one.bytesPerSecond === null || one.bytesPerSecond > other.bytesPerSecond * times;
}
