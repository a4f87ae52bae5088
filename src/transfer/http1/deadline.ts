/** Waits that act unless they are called off. Each answers how to call it off. */
import type { Clock } from "../../job/clock.ts";

/** Acts after `ms` milliseconds. */
export function after(clock: Clock, ms: number, act: () => void): () => void {
  if (clock.after !== undefined) return clock.after(ms, act);
  const off = new AbortController();
  void clock.sleep(ms, off.signal).then(() => {
    if (!off.signal.aborted) act();
  });
  return () => off.abort();
}

/** Acts once nothing has moved for `ms` milliseconds. `movedAt` is asked only at the end of such a time. */
export function afterSilence(clock: Clock, ms: number, movedAt: () => number, act: () => void): () => void {
  let forget = (): void => {};
  const look = (): void => {
    const silentMs = clock.now() - movedAt();
    if (silentMs >= ms) act();
    else forget = after(clock, ms - silentMs, look);
  };
  look();
  return () => forget();
}

/** Acts when the signal aborts, if it has not yet. */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  signal.addEventListener("abort", act, { once: true });
  return () => signal.removeEventListener("abort", act);
}

/**
 * Resolves with what `begin`'s argument is called with first, also while it begins. Then everything that
 * `begin` answered is called: the ways to call off the others.
 */
export function firstOf<T>(begin: (settle: (outcome: T) => void) => readonly (() => void)[]): Promise<T> {
  return new Promise((resolve) => {
    let over = false;
    let forget: readonly (() => void)[] = [];
    const settle = (outcome: T): void => {
      over = true;
      for (const each of forget) each();
      resolve(outcome);
    };
    forget = begin(settle);
    if (over) for (const each of forget) each();
  });
}
