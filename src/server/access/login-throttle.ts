/**
 * How often a password may be wrong. Counted by the address that tries and by the account that is tried; addresses the
 * account has been signed in from before are counted by themselves, so that strangers who keep an account shut do not
 * keep its owner out.
 */
import type { Clock } from "../../job/clock.ts";
import { dropOldest, FailureBook } from "./failure-book.ts";

/** Failures after which an address waits: people mistype, and families share an address. */
const MAX_BY_ADDRESS = 10;
/** Failures after which an account waits, from addresses it is not known from. */
const MAX_BY_ACCOUNT = 20;

export class LoginThrottle {
  readonly #failures: FailureBook;
  /** `account@address group` of those that came in. */
  readonly #familiar = new Set<string>();

  constructor(clock: Pick<Clock, "now">) {
    this.#failures = new FailureBook(clock);
  }

  /** Milliseconds until this one may try again; 0: now. */
  waitOf(account: string, group: string): number {
    const waits = this.#keys(account, group).map(({ key, most }) => this.#failures.waitOf(key, most));
    return Math.max(...waits);
  }

  /** Counted before the password is looked at, so that a hundred guesses at once are a hundred guesses. */
  tried(account: string, group: string): void {
    for (const { key } of this.#keys(account, group)) this.#failures.count(key);
  }

  /** The password was right. */
  cameIn(account: string, group: string): void {
    for (const { key } of this.#keys(account, group)) this.#failures.forget(key);
    this.remember(account, group);
  }

  /** The account is known from here: by a session of it. */
  remember(account: string, group: string): void {
    this.#familiar.add(`${account}@${group}`);
    dropOldest(this.#familiar);
  }

  #keys(account: string, group: string): { key: string; most: number }[] {
    const own = { key: `address ${group}`, most: MAX_BY_ADDRESS };
    const pair = `${account}@${group}`;
    return this.#familiar.has(pair)
      ? [{ key: `pair ${pair}`, most: MAX_BY_ADDRESS }]
      : [own, { key: `account ${account}`, most: MAX_BY_ACCOUNT }];
  }
}
