/** Commands that say nothing, or whose file does not grow any more. */
import type { Clock } from "../../job/clock.ts";
import type { CommandStep } from "../../job/job.ts";
import type { CommandProgress } from "../../job/progress.ts";
import { spanText } from "../../job/span-text.ts";

/** A silence is looked at ten times, and this often at least. */
const LONGEST_BETWEEN_LOOKS_MS = 5_000;

export class Silence {
  #quietMs = 0;
  #stillMs = 0;
  #bytes = 0;

  /** Nothing could be heard until now. */
  reset(): void {
    this.#quietMs = 0;
    this.#stillMs = 0;
  }

  /** Output came; `bytes`: what the tool says to have by now. */
  heard(bytes: number): void {
    this.#quietMs = 0;
    if (bytes !== this.#bytes) this.#stillMs = 0;
    this.#bytes = bytes;
  }

  passed(ms: number): void {
    this.#quietMs += ms;
    this.#stillMs += ms;
  }

  /** For how long the tool's bytes have been the same. */
  get stillMs(): number {
    return this.#stillMs;
  }

  /** For people, once a silence is long. */
  note(longMs: number): string | null {
    return this.#quietMs < longMs ? null : `no word from the command for ${spanText(this.#quietMs)}`;
  }
}

/**
 * Whether bytes that stay the same mean that a command hangs. Nobody knows how long commands may take for what they do
 * besides downloading, and some download without a word. But one that only downloads, had shown its bytes and has not all of
 * the file is waiting for a server; and stopped it loses nothing, as it goes on from what is there. Pure.
 */
export function hasStalled(
  { resumes }: Pick<CommandStep, "resumes">,
  event: CommandProgress["event"],
): boolean {
  if (!resumes || event?.type !== "progress" || event.bytes_done === null) return false;
  return event.bytes_total === null || event.bytes_done < event.bytes_total;
}

interface Listener {
  lookAtSilence(passedMs: number, stallMs: number): boolean;
}

/** Looks again and again until it is disposed of. `stalled` aborts once the command has. */
export function watchSilence(
  listener: Listener,
  { clock, stallMs }: { clock: Clock; stallMs: () => number },
): Disposable & { stalled: AbortSignal } {
  const over = new AbortController();
  const stalled = new AbortController();
  const watch = async (): Promise<void> => {
    for (let before = clock.now(); !stalled.signal.aborted; before = clock.now()) {
      const everyMs = Math.min(stallMs() / 10, LONGEST_BETWEEN_LOOKS_MS);
      await clock.sleep(everyMs, over.signal);
      if (over.signal.aborted) return;
      // While this machine slept nobody listened.
      const passedMs = Math.max(0, Math.min(clock.now() - before, 2 * everyMs));
      if (listener.lookAtSilence(passedMs, stallMs())) stalled.abort();
    }
  };
  void watch();
  return { stalled: stalled.signal, [Symbol.dispose]: () => over.abort() };
}
