/**
 * How often a token or a key may be wrong, by the address that shows it. Nobody who shows the right one is kept out by
 * others behind the same address: what is too long to be guessed is looked at always, and so is what was right before.
 */
import type { Clock } from "../../job/clock.ts";
import { hashSecret } from "./credentials.ts";
import { dropOldest, FailureBook } from "./failure-book.ts";

/** Different wrong ones after which an address waits: a person pastes the wrong one a few times. */
const MAX_BY_ADDRESS = 20;
/**
 * Characters from which on guessing leads nowhere: keys, and tokens that are made here, have more. A token that somebody
 * has thought out may be shorter.
 */
const SURE_LENGTH = 32;

export class KeyThrottle {
  readonly #failures: FailureBook;
  /** `hash@address group` of those that were right. */
  readonly #right = new Set<string>();
  /** The same of those that are being looked at, and how often each was counted for that. */
  readonly #tried = new Map<string, number>();
  /** The last wrong one of a group: a program that asks again and again with an old key guesses nothing. */
  readonly #lastWrong = new Map<string, string>();

  constructor(clock: Pick<Clock, "now">) {
    this.#failures = new FailureBook(clock);
  }

  /** Milliseconds until this secret is looked at; 0: now. */
  waitOf(secret: string, group: string): number {
    if (this.#isFree(secret, group)) return 0;
    return this.#failures.waitOf(group, MAX_BY_ADDRESS);
  }

  /** To be called before the secret is looked at, so that a thousand guesses at once are a thousand guesses. */
  tried(secret: string, group: string): void {
    if (this.#isFree(secret, group) || !this.#count(secret, group)) return;
    const pair = pairOf(secret, group);
    this.#tried.set(pair, (this.#tried.get(pair) ?? 0) + 1);
    dropOldest(this.#tried);
  }

  wrong(secret: string, group: string): void {
    const pair = pairOf(secret, group);
    this.#tried.delete(pair);
    // The others were counted when they were tried.
    if (this.#isFree(secret, group)) this.#count(secret, group);
    this.#right.delete(pair);
  }

  right(secret: string, group: string): void {
    if (isSure(secret)) return;
    const pair = pairOf(secret, group);
    this.#failures.takeBack(group, this.#tried.get(pair) ?? 0);
    this.#tried.delete(pair);
    this.#right.add(pair);
    dropOldest(this.#right);
  }

  #isFree(secret: string, group: string): boolean {
    return isSure(secret) || this.#right.has(pairOf(secret, group));
  }

  /** False: it is the one that was counted last. */
  #count(secret: string, group: string): boolean {
    const hash = hashSecret(secret);
    if (this.#lastWrong.get(group) === hash) return false;
    this.#lastWrong.set(group, hash);
    dropOldest(this.#lastWrong);
    this.#failures.count(group);
    return true;
  }
}

function isSure(secret: string): boolean {
  return secret.length >= SURE_LENGTH;
}

function pairOf(secret: string, group: string): string {
  return `${hashSecret(secret)}@${group}`;
}
