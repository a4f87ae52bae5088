import type { Clock } from "../job/clock.ts";
import type { EngineLog } from "./engine-log.ts";

/**
 * Does something again and again, `everyMs` after it was done, until the signal aborts.
 * What it throws is logged and does not end it: the store may be away for a while.
 */
export async function repeat(
  name: string,
  everyMs: number,
  task: () => Promise<void>,
  { clock, log, signal }: { clock: Clock; log: EngineLog; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await task();
    } catch (error) {
      log.error({ err: error, task: name }, "a periodic task failed; it is tried again");
    }
    await clock.sleep(everyMs, signal);
  }
}
