/**
 * When what is written to a partial file is synced and claimed: often enough that little is lost to a kill, and
 * nothing is written much faster than it is claimed.
 */

export interface FlushRules {
  flushEveryBytes: number;
  /** Written but not claimed; beyond it, whoever writes has to wait. */
  unclaimedBytes: number;
}

export interface FlushActs {
  /** Syncs what is written at its call, then claims it. */
  claim: () => Promise<void>;
  /** After that, if it was claimed by a flush. */
  flushed: () => void | Promise<void>;
  /** Told what a flush failed with that nobody waited for. */
  failed: (error: unknown) => void;
}

export class PartFlush {
  readonly #rules: FlushRules;
  readonly #acts: FlushActs;
  #unclaimed = 0;
  /** The ledger is written by one at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #behind: Promise<void> | null = null;
  #isHeldUp = false;

  constructor(rules: FlushRules, acts: FlushActs) {
    this.#rules = rules;
    this.#acts = acts;
  }

  wrote(bytes: number): void {
    this.#unclaimed += bytes;
    if (this.#unclaimed >= this.#rules.flushEveryBytes) void this.behind();
  }

  /** So much was written and held back from the last claim: the next flush is for it, too. */
  owe(bytes: number): void {
    this.#unclaimed += bytes;
  }

  /** Whether somebody had to wait for the disk so far. */
  get isHeldUp(): boolean {
    return this.#isHeldUp;
  }

  /** What has to be waited for before more is written, or null. Never rejects. */
  brake(): Promise<void> | null {
    if (this.#unclaimed < this.#rules.unclaimedBytes) return null;
    this.#isHeldUp = true;
    return this.behind();
  }

  /** Flushes behind the writes; joins a flush of its kind that is under way. Never rejects. */
  behind(): Promise<void> {
    this.#behind ??= this.flush()
      .catch(this.#acts.failed)
      .finally(() => {
        this.#behind = null;
      });
    return this.#behind;
  }

  /** Claims what is written by now, if it is not claimed. */
  flush(): Promise<void> {
    return this.inTurn(async () => {
      if (this.#unclaimed === 0) return;
      await this.claiming(this.#acts.claim);
      await this.#acts.flushed();
    });
  }

  /** For an act in its turn that claims all that is written when it begins. */
  async claiming(act: () => Promise<void>): Promise<void> {
    const bytes = this.#unclaimed;
    await act();
    this.#unclaimed -= bytes;
  }

  /** Does something with the ledger when nobody else does. */
  inTurn<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(act);
    this.#turn = done.catch(() => {});
    return done;
  }
}
