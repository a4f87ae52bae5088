/**
 * How often a password may be wrong. Counted by the address that tries and by the account that is tried; addresses the
 * account has been signed in from before are counted by themselves, so that strangers who keep an account shut do not
 * keep its owner out.
 */
import type { Clock } from "../../job/clock.ts";

/** Failures after which an address waits: people mistype, and families share an address. */
const MAX_BY_ADDRESS = 10;
/** Failures after which an account waits, from addresses it is not known from. */
const MAX_BY_ACCOUNT = 20;
/** The first wait; it doubles with each failure after it. */
const FIRST_WAIT_MS = 5_000;
/** No wait is longer: nobody is kept out for ever, and 96 guesses a day find no password. */
const MAX_WAIT_MS = 15 * 60_000;
/** Failures are forgotten after this long without another one. */
const FORGET_MS = 60 * 60_000;
/** Addresses and accounts remembered; beyond that the oldest go, who have waited longest. */
const MAX_REMEMBERED = 10_000;

interface Failures {
  count: number;
  last: number;
}

export class LoginThrottle {
  readonly #clock: Pick<Clock, "now">;
  readonly #failures = new Map<string, Failures>();
  /** `account@address group` of those that came in. */
  readonly #familiar = new Set<string>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Milliseconds until this one may try again; 0: now. */
  waitOf(account: string, group: string): number {
    const waits = this.#keys(account, group).map(({ key, most }) => this.#wait(key, most));
    return Math.max(...waits);
  }

  /** Counted before the password is looked at, so that a hundred guesses at once are a hundred guesses. */
  tried(account: string, group: string): void {
    for (const { key } of this.#keys(account, group)) {
      const before = this.#failures.get(key);
      const count = before === undefined || this.#isOld(before) ? 1 : before.count + 1;
      // Newest last: the oldest go first.
      this.#failures.delete(key);
      this.#failures.set(key, { count, last: this.#clock.now() });
    }
    drop(this.#failures);
  }

  /** The password was right. */
  cameIn(account: string, group: string): void {
    for (const { key } of this.#keys(account, group)) this.#failures.delete(key);
    this.remember(account, group);
  }

  /** The account is known from here: by a session of it. */
  remember(account: string, group: string): void {
    this.#familiar.add(`${account}@${group}`);
    drop(this.#familiar);
  }

  #keys(account: string, group: string): { key: string; most: number }[] {
    const own = { key: `address ${group}`, most: MAX_BY_ADDRESS };
    const pair = `${account}@${group}`;
    return this.#familiar.has(pair)
      ? [{ key: `pair ${pair}`, most: MAX_BY_ADDRESS }]
      : [own, { key: `account ${account}`, most: MAX_BY_ACCOUNT }];
  }

  #wait(key: string, most: number): number {
    const failures = this.#failures.get(key);
    if (failures === undefined || failures.count < most || this.#isOld(failures)) return 0;
    const ms = Math.min(MAX_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(failures.count - most, 20));
    return Math.max(0, failures.last + ms - this.#clock.now());
  }

  #isOld({ last }: Failures): boolean {
    return this.#clock.now() - last > FORGET_MS;
  }
}

function drop(remembered: Map<string, unknown> | Set<string>): void {
  for (const key of remembered.keys()) {
    if (remembered.size <= MAX_REMEMBERED) return;
    remembered.delete(key);
  }
}
