/**
 * What was just asked for and is no job yet: shown as queued at once, until its job is told of or the server has refused.
 * For jobs that are there `create-foresight.ts` does the same.
 */
import type { LiveJobsStore } from "../../../src/client/create-live-jobs.ts";

/** An answer says that it is queued; its job follows soon, or it is shown as it is all the same. Milliseconds. */
const EVENT_DUE_MS = 3_000;

export interface Wanted {
  kind: "file" | "image" | "card";
  /** What names it among its kind: a path, an id. */
  id: string;
  /** An instance; null: this machine. */
  place: string | null;
  /** What people call it. */
  name: string;
}

/** One that was asked for and is shown until one of these is called. */
export interface Asking {
  /** The server has queued it as this job; null: there was nothing to do. */
  done: (jobId: string | null) => void;
  /** It was refused. */
  undo: () => void;
}

export interface Asked {
  subscribe(listener: () => void): () => void;
  /** By `keyOf`; the same map until one comes or goes. */
  getSnapshot(): ReadonlyMap<string, Wanted>;
  begin(wanted: Wanted): Asking;
}

export function keyOf({ kind, place, id }: Omit<Wanted, "name">): string {
  return JSON.stringify([kind, place, id]);
}

export function createAsked(live: Pick<LiveJobsStore, "subscribe" | "getSnapshot">): Asked {
  let shown: ReadonlyMap<string, Wanted> = new Map();
  const listeners = new Set<() => void>();
  const show = (next: ReadonlyMap<string, Wanted>): void => {
    shown = next;
    for (const listener of listeners) listener();
  };
  return {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    getSnapshot: () => shown,
    begin(wanted) {
      const key = keyOf(wanted);
      const before = live.getSnapshot().jobs;
      const drop = (): void => {
        // Asked for again meanwhile, it is another's.
        if (shown.get(key) === wanted) show(new Map([...shown].filter(([each]) => each !== key)));
      };
      const isTold = (id: string): boolean => {
        const job = live.getSnapshot().jobs.get(id);
        if (job === undefined) return false;
        // One that had ended and goes on again has the same id.
        return job.ended_at === null || job.updated_at !== before.get(id)?.updated_at;
      };
      show(new Map([...shown, [key, wanted]]));
      return {
        undo: drop,
        done(id) {
          if (id === null || isTold(id)) return drop();
          const end = (): void => {
            clearTimeout(timer);
            leave();
            drop();
          };
          const timer = setTimeout(end, EVENT_DUE_MS);
          const leave = live.subscribe(() => {
            if (isTold(id)) end();
          });
        },
      };
    },
  };
}
