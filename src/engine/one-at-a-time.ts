/** Does something whenever it is asked to, never twice at once: who asks while it is done has it done once more. */
export class OneAtATime {
  readonly #task: () => Promise<void>;
  #working: Promise<void> | null = null;
  #asked = false;

  /** @param task must not reject */
  constructor(task: () => Promise<void>) {
    this.#task = task;
  }

  /** Resolves once it was done after this call. */
  ask(): Promise<void> {
    this.#asked = true;
    return (this.#working ??= this.#work());
  }

  /** Resolves when it is not being done. */
  async rest(): Promise<void> {
    await this.#working;
  }

  async #work(): Promise<void> {
    // Not before `ask` has noted down that it is being done.
    await Promise.resolve();
    while (this.#asked) {
      this.#asked = false;
      await this.#task();
    }
    // In one breath with the last look, so that whoever asks from now on begins anew.
    this.#working = null;
  }
}
