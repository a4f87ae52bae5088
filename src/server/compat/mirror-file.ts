/** A file that shows other programs what the store holds (CONTRACT §6), and never less than it held itself. */
import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import type { Clock } from "../../job/clock.ts";
import { isStoreUnreachable } from "../../job/store-contract.ts";
import type { Problems } from "../problems.ts";
import { sweepTemps } from "../../disk/replace-file.ts";
import { identify, keepRejected, replaceKnown } from "../write-file.ts";
import type { FileIdentity } from "../write-file.ts";

/** Written at most this often: other programs look every second or two. */
export const MIRROR_EVERY_MS = 2_000;
/** Large ones less often: of a text so much a second, in characters, is made and written. */
const CHARACTERS_PER_SECOND = 2 * 1024 * 1024;
/** How often it is looked whether another program has written: what it wrote has to lie there unchanged for so long. */
export const WATCH_EVERY_MS = 500;
/** Larger ones are not read: an old system's file has a few hundred bytes per download. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

export interface MirrorOptions {
  path: string;
  /** What the file has to say now. */
  render(): Promise<string>;
  /** The text of a file that has nothing to say. */
  empty: string;
  /** Takes in what another program has written. Answers why it is no such file, or null. */
  takeIn(text: string): string | null;
  /** What other programs write is taken in soon, not only when there is something to write. */
  watched?: boolean;
  clock: Clock;
  problems: Problems;
}

export class MirrorFile {
  readonly #options: MirrorOptions;
  readonly #closing = new AbortController();
  #identity: FileIdentity | null = null;
  #written: string | null = null;
  /** What lies there is no file of ours and is kept until there is something to put in its place. */
  #rejected = false;
  /** It has just come, and may not be finished: whoever writes it gets one more turn. */
  #fresh = false;
  #wake: (() => void) | null = null;
  #touched = false;
  #loop: Promise<unknown> = Promise.resolve();
  /** The write at work: there is one at a time. */
  #turn: Promise<boolean> = Promise.resolve(true);

  constructor(options: MirrorOptions) {
    this.#options = options;
  }

  /** Takes in what lies there, then begins to write whenever it was touched. */
  async open(): Promise<void> {
    await sweepTemps(this.#options.path);
    await this.#guarded(async () => {
      await this.#takeIn();
      return true;
    });
    this.#loop = Promise.all([this.#run(), this.#options.watched === true ? this.#watch() : null]);
  }

  /** Says that there may be something new to write. */
  touch(): void {
    this.#touched = true;
    this.#wake?.();
  }

  /** Writes what there is now. Answers whether the file says everything. */
  flush(): Promise<boolean> {
    this.#turn = this.#turn.then(() => this.#guarded(() => this.#write()));
    return this.#turn;
  }

  /** Writes what there is a last time and stops. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake?.();
    await this.#loop;
    await this.flush();
  }

  async #run(): Promise<void> {
    const { signal } = this.#closing;
    while (!signal.aborted) {
      if (!this.#touched) await new Promise<void>((resolve) => (this.#wake = resolve));
      if (signal.aborted) return;
      this.#touched = false;
      await this.flush();
      const length = this.#written?.length ?? 0;
      const pauseMs = Math.max(MIRROR_EVERY_MS, (1000 * length) / CHARACTERS_PER_SECOND);
      await this.#options.clock.sleep(pauseMs, signal);
    }
  }

  async #watch(): Promise<void> {
    const { path, clock } = this.#options;
    const { signal } = this.#closing;
    let seen = this.#identity;
    while (!signal.aborted) {
      await clock.sleep(WATCH_EVERY_MS, signal);
      if (signal.aborted) return;
      const before = seen;
      seen = await identify(path).catch(() => before);
      if (seen === before && seen !== this.#identity) await this.#look();
    }
  }

  /** Takes in what lies there, once nobody writes. */
  #look(): Promise<boolean> {
    this.#turn = this.#turn.then(() =>
      this.#guarded(async () => {
        await this.#takeIn();
        return false;
      }),
    );
    this.touch();
    return this.#turn;
  }

  /** Answers whether the file says everything now. */
  async #write(): Promise<boolean> {
    const { path, render, empty, clock, problems } = this.#options;
    await this.#takeIn();
    if (this.#fresh) {
      this.#fresh = false;
      this.#touched = true;
      return false;
    }
    const text = await render();
    if (text === this.#written && this.#identity !== null) return true;
    if (this.#rejected) {
      if (text === empty) return false;
      const copy = await keepRejected(path, clock.now());
      this.#rejected = false;
      problems.report(`rejected:${path}`, {
        code: "file_rejected",
        message: `${basename(path)} could not be understood and was replaced; what it held is kept as ${copy}.`,
      });
    }
    const written = await replaceKnown(path, text, this.#identity);
    if (written === null) {
      // Another program was quicker: what it wrote is taken in first.
      this.#touched = true;
      return false;
    }
    this.#identity = written;
    this.#written = text;
    return true;
  }

  /** Reads the file if it is not the one that was written here last. */
  async #takeIn(): Promise<void> {
    const { path, takeIn, problems } = this.#options;
    const identity = await identify(path);
    if (identity === this.#identity) return;
    const refusal = identity === null ? null : takeIn(await readText(path));
    // Mended before it was replaced.
    if (refusal === null && this.#rejected) problems.settle(`rejected:${path}`);
    this.#identity = identity;
    this.#written = null;
    this.#rejected = refusal !== null;
    this.#fresh = this.#rejected;
    if (refusal !== null)
      problems.report(`rejected:${path}`, {
        code: "file_rejected",
        message: `${path} is left as it is: ${refusal}. A copy will be kept when it is replaced.`,
      });
  }

  /**
   * A disk that is full or a folder that is read-only is told once, and tried again with the next change. A store that
   * is away is told of by whoever is asked how the server is, and no fault of the file.
   */
  async #guarded(work: () => Promise<boolean>): Promise<boolean> {
    const { path, problems } = this.#options;
    try {
      const done = await work();
      problems.settle(`mirror:${path}`);
      return done;
    } catch (error) {
      // The code alone: the rest differs from try to try, and a problem is told once.
      const why = error instanceof Error && "code" in error ? String(error.code) : String(error);
      if (!isStoreUnreachable(error))
        problems.report(`mirror:${path}`, {
          code: "file_not_written",
          message: `${path} could not be kept up to date (${why}).`,
        });
      this.#touched = true;
      return false;
    }
  }
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
  return readFile(path, "utf8");
}
