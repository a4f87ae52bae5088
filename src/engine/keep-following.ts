/** What keeps up with the jobs for as long as the server runs. */
import { setTimeout as sleep } from "node:timers/promises";

/** A store that is away for a moment is asked again after this. Milliseconds. */
const PAUSE_MS = 2_000;

/**
 * Does the work until it is done or the signal aborts; what it throws is told, and after a pause it begins anew.
 * Never rejects.
 */
export async function keepFollowing(
  work: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
  trouble: (error: unknown) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      return await work(signal);
    } catch (error) {
      if (signal.aborted) return;
      trouble(error);
    }
    // Ends early with the signal, and that is all there is to it.
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => {});
  }
}
