import type { Cursor } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { newestCursor } from "./changes.ts";

/** Tells listeners that there are changes to read. */
export class ChangeHub {
  readonly #backend: Backend;
  readonly #listeners = new Set<() => void>();
  #stopWatching: (() => void) | null = null;
  /** The newest change that was told of, as far as foreign commits go. */
  #told: Cursor = -1;

  constructor(backend: Backend) {
    this.#backend = backend;
  }

  listen(listener: () => void): () => void {
    const entry = (): void => listener();
    this.#listeners.add(entry);
    this.#stopWatching ??= this.#backend.onForeignCommit(() => void this.#lookForForeign());
    return () => {
      this.#listeners.delete(entry);
      if (this.#listeners.size === 0) this.close();
    };
  }

  /** After a commit. In a microtask each: a listener that throws harms neither the writer nor the others. */
  tell(): void {
    for (const listener of this.#listeners) queueMicrotask(listener);
  }

  close(): void {
    this.#stopWatching?.();
    this.#stopWatching = null;
  }

  /** Another process committed something; heartbeats are no change. */
  async #lookForForeign(): Promise<void> {
    let newest: Cursor;
    try {
      newest = await newestCursor(this.#backend.db);
    } catch {
      // Closed meanwhile, or in trouble: the next verb says so to somebody who can do something about it.
      return;
    }
    if (newest === this.#told) return;
    this.#told = newest;
    this.tell();
  }
}
