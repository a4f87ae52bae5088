/** The addresses of one file: the one asked for, then its mirrors, in this order. */
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { addressesOf, failsEverywhere } from "../../job/mirrors.ts";
import { addressOf } from "../part/ledger.ts";

export class Addresses {
  readonly #all: readonly string[];
  #current: string;
  /** Those that failed for good, or used up their tries in this run. */
  readonly #failures = new Map<string, Failure>();
  /** What no other address could mend. */
  #decided: Failure | null = null;
  /** Of those: they have other bytes than the ones that are stored. */
  readonly #differing = new Set<string>();

  constructor(step: TransferStep) {
    this.#all = [...new Set(addressesOf(step))];
    this.#current = step.url;
  }

  get current(): string {
    return this.#current;
  }

  /** Those that are left besides the present one. */
  get others(): readonly string[] {
    return this.#all.filter((address) => address !== this.#current && !this.#failures.has(address));
  }

  /** Which one is in use, where it is not the one asked for: a few words. */
  get note(): string | null {
    const at = this.#all.indexOf(this.#current);
    return at === 0 ? null : `mirror ${at} of ${this.#all.length - 1}, ${new URL(this.#current).host}`;
  }

  /** Whether one of them is the address of a ledger. */
  has(urlHash: string): boolean {
    return this.#all.some((address) => addressOf(address).urlHash === urlHash);
  }

  /** Goes on where stored bytes came from: nothing has to be proven there. */
  startAt(urlHash: string): void {
    const origin = this.#all.find((address) => addressOf(address).urlHash === urlHash);
    if (origin !== undefined && !this.#failures.has(origin)) this.#current = origin;
  }

  /**
   * The present one is no good (any more): goes on to the next. False if none is left.
   *
   * @param differs it works, but has other bytes than the stored ones
   */
  moveOn(why: Failure, differs = false): boolean {
    this.#failures.set(this.#current, why);
    if (failsEverywhere(why.code)) this.#decided = why;
    if (this.#decided !== null) return false;
    if (differs) this.#differing.add(this.#current);
    const next = this.#next();
    if (next === undefined) return false;
    this.#current = next;
    return true;
  }

  /** Another one is left besides the present one. */
  get hasNext(): boolean {
    return this.#next() !== undefined;
  }

  #next(): string | undefined {
    return this.others[0];
  }

  /**
   * None is left. Where all that might have gone on with the stored bytes are gone for good, one that has other
   * bytes is better than nothing: from its first byte on. While one of them may come back, its bytes are kept.
   */
  takeDiffering(): boolean {
    if (this.#decided !== null) return false;
    const [differing] = this.#differing;
    const others = [...this.#failures].filter(([address]) => !this.#differing.has(address));
    if (differing === undefined || others.some(([, why]) => why.retryable)) return false;
    this.#differing.delete(differing);
    this.#failures.delete(differing);
    this.#current = differing;
    return true;
  }

  /** What to tell when none is left: whatever is worth another try later; else of the one asked for. */
  get verdict(): Failure {
    if (this.#decided !== null) return this.#decided;
    const failures = this.#all.flatMap((address) => this.#failures.get(address) ?? []);
    const told = failures.find(({ retryable }) => retryable) ?? failures[0];
    if (told === undefined) throw new Error("asked for a verdict before anything failed");
    const others = failures.filter((each) => each !== told);
    const last = others.at(-1);
    if (last === undefined) return told;
    const count =
      others.length === 1
        ? "The other address failed, too"
        : `${others.length} other addresses failed, too; the last`;
    return { ...told, message: `${told.message} ${count}: ${last.message}` };
  }
}
