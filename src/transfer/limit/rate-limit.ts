/** A bandwidth limit: a bucket of bytes that fills with time, shared fairly by whoever joins it. */
import type { Clock } from "../../job/clock.ts";
import type { Allowance } from "../sinks/limit-sink.ts";
import { Account } from "./account.ts";
import { divideFairly } from "./divide-fairly.ts";

/** How much of a second's bytes may come at once after a pause: smooth, without a timer per packet. */
const BURST_SECONDS = 0.25;
/** Part of a second that one read takes up: short enough that a change of the limit is felt at once. */
const PIECE_SECONDS = 1 / 16;
/** Smaller reads would be more work than bytes. */
const LEAST_PIECE_BYTES = 1024;
/** Shorter waits are saved up: timers are no more exact than this. */
const SHORTEST_WAIT_MS = 5;
/** Longest sleep: a limit that is changed meanwhile should be felt soon. */
const LONGEST_SLEEP_MS = 100;
/** What all connections of an account may owe, besides a least piece each: more than their pieces ever come to. */
const MOST_DEBT_SECONDS = 0.5;
/** What somebody who left has not paid for is paid by the others, but never for longer than this. */
const MOST_LEFT_SECONDS = 1;

/** Who had to wait so lately is held back by the limit, not by the line. */
const HELD_MS = 1_000;

/** A share in a limit. */
export interface Share extends Allowance {
  /** Whether it is this limit that keeps more bytes from coming, so that more connections would bring no more. */
  isHeld(): boolean;
  /** Gives the share back; whoever waits for it goes on. */
  leave(): void;
}

/**
 * On average no more than the rate goes through, however many share it.
 *
 * Each that joined has an account. What is earned is divided among the accounts in equal parts, however many
 * connections spend from one; an account that is full leaves its part to the others. Bytes are paid for when they
 * have come: an account in debt reads no more until the debt is earned.
 */
export class RateLimit {
  readonly #rate: () => number | null;
  readonly #clock: Clock;
  /** With each, whether the limit does not count for it at present. */
  readonly #accounts = new Map<Account, () => boolean>();
  /** The rate when it was asked for last. */
  #was: number | null;
  #at: number;
  /** Debts of accounts that are no more. Bytes. */
  #left = 0;
  /** Ends the sleep of whoever waits. */
  #sleeping: AbortController | null = null;

  /** @param rate bytes per second at present, 0 for none at all, null for no limit; asked again and again */
  constructor(rate: () => number | null, clock: Clock) {
    this.#rate = rate;
    this.#clock = clock;
    this.#was = rate();
    this.#at = clock.now();
  }

  /** @param isBeyond whether the limit does not count for this account at present; asked again and again */
  join(isBeyond: () => boolean = () => false): Share {
    const account = new Account();
    this.#refill();
    this.#accounts.set(account, isBeyond);
    let waitedAt = -Infinity;
    return {
      pieceBytes: () => (isBeyond() ? Infinity : this.#pieceBytes(account.waiting + 1)),
      spend: (bytes) => {
        if (isBeyond()) return undefined;
        const paid = this.#spend(account, bytes);
        if (paid !== undefined) waitedAt = this.#clock.now();
        return paid;
      },
      isHeld: () => account.waiting > 0 || this.#clock.now() - waitedAt < HELD_MS,
      leave: () => this.#leave(account),
    };
  }

  #pieceBytes(connections: number): number {
    const rate = this.#rate();
    if (rate === null) return Infinity;
    return Math.max(LEAST_PIECE_BYTES, Math.floor((this.#part(rate) * PIECE_SECONDS) / connections));
  }

  #spend(account: Account, bytes: number): Promise<void> | undefined {
    const rate = this.#refill();
    if (rate === null || !this.#accounts.has(account)) return undefined;
    account.spend(this.#dueFor(account, bytes, rate));
    if (account.debt <= this.#tolerance(rate)) return undefined;
    const paid = account.whenPaid();
    if (this.#sleeping === null) void this.#payWaiting();
    return paid;
  }

  /**
   * What bytes cost: themselves, unless they were asked for under a higher limit or under none. Then they came
   * under that one, and are not to be waited for as long as so many would take now.
   */
  #dueFor(account: Account, bytes: number, rate: number): number {
    const most = this.#part(rate) * MOST_DEBT_SECONDS + LEAST_PIECE_BYTES * (account.waiting + 1);
    return Math.min(bytes, this.#pieceBytes(1), Math.max(LEAST_PIECE_BYTES, most - account.debt));
  }

  #leave(account: Account): void {
    if (!this.#accounts.delete(account)) return;
    this.#left += account.debt;
    account.letAllGo();
    if (!this.#someoneWaits()) this.#sleeping?.abort();
  }

  /** Runs as long as somebody waits. */
  async #payWaiting(): Promise<void> {
    const sleeping = new AbortController();
    this.#sleeping = sleeping;
    while (this.#someoneWaits()) {
      await this.#clock.sleep(this.#sleepMs(), sleeping.signal);
      if (sleeping.signal.aborted) break;
      this.#refill();
    }
    this.#sleeping = null;
    // Somebody may have come while the last one left.
    if (this.#someoneWaits()) void this.#payWaiting();
  }

  /** Until the first of those who wait may go on, if they alone are paid; at least and at most so long. */
  #sleepMs(): number {
    const waiting = [...this.#accounts.keys()].filter((account) => account.waiting > 0);
    const owed = Math.min(...waiting.map((account) => account.nextDue));
    const ms = (owed * waiting.length * 1000) / (this.#was ?? 0);
    return Math.min(LONGEST_SLEEP_MS, Math.max(SHORTEST_WAIT_MS, Math.ceil(ms)));
  }

  #someoneWaits(): boolean {
    for (const account of this.#accounts.keys()) if (account.waiting > 0) return true;
    return false;
  }

  /** Adds what was earned since the last time and lets go on who has paid. Answers the present rate. */
  #refill(): number | null {
    const now = this.#clock.now();
    const rate = this.#rate();
    if (now === this.#at && rate === this.#was) return rate;
    const seconds = Math.max(0, now - this.#at) / 1000;
    this.#at = now;
    this.#changeTo(rate);
    if (rate === null) return null;
    let earned = seconds * rate;
    this.#left = Math.min(this.#left, rate * MOST_LEFT_SECONDS);
    const settled = Math.min(earned, this.#left);
    this.#left -= settled;
    earned -= settled;
    // Whoever waited while the limit still counted for it need not wait for it any more.
    for (const [account, isBeyond] of this.#accounts) if (isBeyond()) account.forgive();
    const accounts = [...this.#accounts.keys()];
    const most = this.#part(rate) * BURST_SECONDS;
    const parts = divideFairly(
      earned,
      accounts.map((account) => account.room(most)),
    );
    for (const [index, account] of accounts.entries())
      account.earn(parts[index] ?? 0, most, this.#tolerance(rate));
    return rate;
  }

  /** What is owed under one limit is not to be waited for longer under another. */
  #changeTo(rate: number | null): void {
    const was = this.#was;
    this.#was = rate;
    if (rate === was) return;
    if (rate === null) {
      this.#left = 0;
      for (const account of this.#accounts.keys()) account.forgive();
    } else if (was !== null && rate > 0 && rate < was) {
      this.#left *= rate / was;
      for (const account of this.#accounts.keys()) account.scaleDebt(rate / was);
    }
  }

  /** Bytes per second for each. */
  #part(rate: number): number {
    return rate / Math.max(1, this.#accounts.size);
  }

  /** Debts that are not worth a wait. */
  #tolerance(rate: number): number {
    return (this.#part(rate) * SHORTEST_WAIT_MS) / 1000;
  }
}
