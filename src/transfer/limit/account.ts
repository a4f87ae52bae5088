interface Waiter {
  /** What has to be earned before it goes on, on the account's own scale. */
  due: number;
  goOn: () => void;
}

/** What one of those who share a limit has earned and spent. Bytes. */
export class Account {
  #earned = 0;
  #spent = 0;
  /** In the order they came, which is the order they are due in. */
  #waiters: Waiter[] = [];

  get debt(): number {
    return Math.max(0, this.#spent - this.#earned);
  }

  /** How many wait for their bytes to be paid. */
  get waiting(): number {
    return this.#waiters.length;
  }

  /** What is missing until the first of them may go on. */
  get nextDue(): number {
    return (this.#waiters[0]?.due ?? this.#earned) - this.#earned;
  }

  /** What it can take in without holding more than `most`. */
  room(most: number): number {
    return this.#spent + most - this.#earned;
  }

  spend(bytes: number): void {
    this.#spent += bytes;
  }

  /** Resolves when all that is spent by now is earned. */
  whenPaid(): Promise<void> {
    return new Promise((goOn) => this.#waiters.push({ due: this.#spent, goOn }));
  }

  /** Lets go on whose bytes are paid but for a rest of `tolerance`; holds no more than `most`. */
  earn(bytes: number, most: number, tolerance: number): void {
    this.#earned = Math.min(this.#earned + bytes, this.#spent + most);
    const unpaid = this.#waiters.findIndex(({ due }) => due - this.#earned > tolerance);
    const paid = this.#waiters.splice(0, unpaid === -1 ? this.#waiters.length : unpaid);
    for (const { goOn } of paid) goOn();
  }

  scaleDebt(factor: number): void {
    if (this.debt === 0) return;
    const scale = (mark: number): number => this.#spent - (this.#spent - mark) * factor;
    this.#earned = scale(this.#earned);
    for (const waiter of this.#waiters) waiter.due = scale(waiter.due);
  }

  forgive(): void {
    this.#earned = this.#spent;
    this.letAllGo();
  }

  letAllGo(): void {
    for (const { goOn } of this.#waiters.splice(0)) goOn();
  }
}
