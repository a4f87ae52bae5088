/**
 * Removing from the list, with a while to take it back. Until then the server is not asked: what is taken back was
 * never away. Who leaves the page within that while has not taken it back: then the server is asked at once.
 */
import type { Client } from "../../../src/client/create-client.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobActionsAnswer, JobActionsRequest } from "../../../src/wire/requests.ts";
import type { Foresight } from "./create-foresight.ts";

/** Long enough to read what was removed, and to find the button. */
export const UNDO_MS = 10_000;

export interface Removal {
  /** Which jobs the server is to remove. */
  which: Pick<JobActionsRequest, "ids" | "filter">;
  /** Those of them the page shows. */
  shown: readonly JobMessage[];
  onDone: (answer: JobActionsAnswer) => void;
  onFailed: (error: unknown) => void;
}

export interface Removals {
  /** Takes them from the list. Answers a function that takes it back, and says whether it was in time. */
  remove(removal: Removal): () => boolean;
  /** Does at once what is still to be done. */
  flush(): void;
}

interface Timers {
  set: (act: () => void, ms: number) => unknown;
  clear: (timer: never) => void;
}

/** Not the functions themselves: browsers want them called as functions of the window. */
const TIMERS: Timers = {
  set: (act, ms) => setTimeout(act, ms),
  clear: (timer) => clearTimeout(timer),
};

export function createRemovals(
  client: Pick<Client, "jobs">,
  foresight: Pick<Foresight, "expect">,
  timers: Timers = TIMERS,
): Removals {
  const pending = new Set<() => void>();
  return {
    remove({ which, shown, onDone, onFailed }) {
      const expectation = foresight.expect(new Map(shown.map(({ id }) => [id, "gone"])));
      const send = (): void => {
        timers.clear(timer as never);
        if (!pending.delete(send)) return;
        client.jobs.actions({ action: "remove", ...which }).then(
          (answer) => {
            expectation.done();
            onDone(answer);
          },
          (error: unknown) => {
            expectation.undo();
            onFailed(error);
          },
        );
      };
      const timer = timers.set(send, UNDO_MS);
      pending.add(send);
      return () => {
        timers.clear(timer as never);
        if (!pending.delete(send)) return false;
        expectation.undo();
        return true;
      };
    },
    flush() {
      for (const send of pending) send();
    },
  };
}
