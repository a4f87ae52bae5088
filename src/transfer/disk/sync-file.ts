import type { FileHandle } from "node:fs/promises";

/**
 * Syncs a file, and never again once that has failed: pages that could not be written count as written from then
 * on (fsync(2), NOTES), so a second sync would succeed and prove nothing. Linux reports such a failure once.
 */
export class FileSync {
  readonly #handle: FileHandle;
  #failed: { error: unknown } | null = null;

  constructor(handle: FileHandle) {
    this.#handle = handle;
  }

  /** What the first sync that failed has failed with. */
  get failed(): { error: unknown } | null {
    return this.#failed;
  }

  /** The bytes are on the disk; of the rest, what is needed to read them. */
  data(): Promise<void> {
    return this.#sync(() => this.#handle.datasync());
  }

  all(): Promise<void> {
    return this.#sync(() => this.#handle.sync());
  }

  async #sync(sync: () => Promise<void>): Promise<void> {
    if (this.#failed !== null) throw this.#failed.error;
    try {
      await sync();
    } catch (error) {
      this.#failed ??= { error };
      throw error;
    }
  }
}
