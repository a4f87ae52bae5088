/**
 * Files that are held against their hashes, one after the other, while the page shows other things. Fits React's
 * `useSyncExternalStore`. It ends with the page: whoever wants it to go on leaves a tab open.
 */
import type { FileCalls } from "../../../src/client/file-calls.ts";
import type { VerifyFilesMessage } from "../../../src/wire/files.ts";

export interface ToVerify {
  path: string;
  /** Bytes. */
  size: number;
}

export type Verified = VerifyFilesMessage["results"][number];

export interface VerifyView {
  /** What is read now, and how much is still to come; null: nothing. */
  running: { path: string; doneBytes: number; allBytes: number; done: number; all: number } | null;
  /** What came of each, by path. */
  results: ReadonlyMap<string, Verified>;
  /** Why it ended before its end. */
  error: Error | null;
}

const AT_REST: VerifyView = { running: null, results: new Map(), error: null };

export class VerifyRun {
  readonly #files: Pick<FileCalls, "verify">;
  readonly #listeners = new Set<() => void>();
  #view = AT_REST;
  #queue: ToVerify[] = [];
  #stop: AbortController | null = null;

  constructor(files: Pick<FileCalls, "verify">) {
    this.#files = files;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly getSnapshot = (): VerifyView => this.#view;

  /** What is asked for while it runs comes after the rest; nothing is read twice in a row. */
  add(files: readonly ToVerify[]): void {
    const waiting = new Set(this.#queue.map(({ path }) => path));
    const fresh = files.filter(({ path }) => !waiting.has(path) && path !== this.#view.running?.path);
    if (fresh.length === 0) return;
    this.#queue.push(...fresh);
    if (this.#stop === null) {
      this.#show({ results: new Map(), error: null });
      void this.#work();
    } else if (this.#view.running !== null) {
      const { running } = this.#view;
      const bytes = running.allBytes + sumOf(fresh);
      this.#show({ running: { ...running, all: running.all + fresh.length, allBytes: bytes } });
    }
  }

  readonly stop = (): void => this.#stop?.abort();

  /** Takes what came of it out of sight. */
  readonly clear = (): void => {
    if (this.#stop === null) this.#show(AT_REST);
  };

  async #work(): Promise<void> {
    const stop = new AbortController();
    this.#stop = stop;
    const all = { done: 0, doneBytes: 0 };
    try {
      for (let file = this.#queue.shift(); file !== undefined; file = this.#queue.shift()) {
        const left = 1 + this.#queue.length;
        const running = { ...all, path: file.path, all: all.done + left, allBytes: 0 };
        running.allBytes = all.doneBytes + file.size + sumOf(this.#queue);
        this.#show({ running });
        const [result] = await this.#files.verify([file.path], stop.signal);
        all.done += 1;
        all.doneBytes += file.size;
        if (result !== undefined) this.#show({ results: new Map(this.#view.results).set(file.path, result) });
      }
    } catch (error) {
      if (!stop.signal.aborted)
        this.#show({ error: error instanceof Error ? error : new Error(String(error)) });
    } finally {
      this.#queue = [];
      this.#stop = null;
      this.#show({ running: null });
    }
  }

  #show(change: Partial<VerifyView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}

function sumOf(files: readonly ToVerify[]): number {
  return files.reduce((sum, { size }) => sum + size, 0);
}
