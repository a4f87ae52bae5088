/**
 * When a process may be started. Starting one holds the thread while the kernel copies the map of our memory: 9 ms with a
 * small one, 80 ms with 500 MiB, on a busy machine. A thousand instances that come back at once would hold it for
 * minutes; one process for each turn of the event loop lets everybody else have a word in between.
 */
import { setImmediate as turn } from "node:timers/promises";

let last: Promise<void> = Promise.resolve();

/** Resolves when it is the caller's turn to start a process. */
export function startInTurn(): Promise<void> {
  last = last.then(() => turn());
  return last;
}
