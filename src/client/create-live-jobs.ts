/** The server's jobs, kept up to date for whoever looks; fits React's `useSyncExternalStore`. */
import type { Clock } from "../job/clock.ts";
import type { GroupMessage } from "../wire/groups.ts";
import type { LimitMessage } from "../wire/limits.ts";
import type { JobMessage } from "../wire/job-message.ts";
import type { Client } from "./create-client.ts";
import { followEvents } from "./follow-events.ts";
import type { Follower, FollowOptions, Link } from "./follow-events.ts";
import { NO_JOBS, takeEvents } from "./live-jobs.ts";

export interface LiveView {
  /** All jobs that are not ended and the newest ended ones, by id. The same map until one changes. */
  jobs: ReadonlyMap<string, JobMessage>;
  /** The limit for all; null until it is told. */
  limit: LimitMessage | null;
  /** How often settings were changed since we follow. */
  settingsChanges: number;
  /** How often anything else was changed since we follow, by what it was. */
  changes: ReadonlyMap<string, number>;
  /** Groups we were told of since we follow, by their ids; null: gone. */
  groups: ReadonlyMap<string, GroupMessage | null>;
  link: Link;
  /** False until the first snapshot: an empty map says nothing before it. */
  ready: boolean;
  /** Why the server is away, while it is. */
  error: Error | null;
}

export interface LiveJobsStore {
  /** The first listener starts the following, the last one to leave ends it. */
  subscribe(listener: () => void): () => void;
  /** The same object until something changes. */
  getSnapshot(): LiveView;
  /** Tries again at once, where the next try would come later: a person asked for it. */
  retryNow(): void;
}

const NOTHING_YET: LiveView = {
  jobs: NO_JOBS.jobs,
  limit: null,
  settingsChanges: 0,
  changes: NO_JOBS.changes,
  groups: NO_JOBS.groups,
  link: "connecting",
  ready: false,
  error: null,
};

/** How what the server tells is come by; `followEvents` where nothing else is asked for. Resolves when the signal aborts. */
export type Follow = (follower: Follower, options: FollowOptions) => Promise<void>;

export function createLiveJobs(
  client: Pick<Client, "jobs" | "limit" | "openEventStream">,
  options: { clock?: Clock; random?: () => number; follow?: Follow } = {},
): LiveJobsStore {
  const { follow = (follower, how) => followEvents(client, follower, how), ...times } = options;
  let live = NO_JOBS;
  let view = NOTHING_YET;
  let running: AbortController | null = null;
  let cutPause: () => void = () => {};
  const listeners = new Set<() => void>();

  const show = (change: Partial<LiveView>): void => {
    const next = { ...view, ...change };
    if (isSame(next, view)) return;
    view = next;
    for (const listener of listeners) listener();
  };

  const follower: Follower = {
    events(batch) {
      live = takeEvents(live, batch);
      const { jobs, limit, settingsChanges, changes, groups } = live;
      const ready = view.ready || batch.some((event) => event.type === "snapshot");
      show({ jobs, limit, settingsChanges, changes, groups, ready });
    },
    link: (link, error) => show({ link, error }),
  };

  const start = (): void => {
    running = new AbortController();
    const { signal } = running;
    void follow(untilAborted(follower, signal), {
      ...times,
      signal,
      onPause: (cut) => (cutPause = cut),
    });
  };

  return {
    subscribe(listener) {
      // A function of its own: the same listener may be given twice, and leave once.
      const own = (): void => listener();
      listeners.add(own);
      if (running === null) start();
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        running?.abort();
        running = null;
      };
    },
    getSnapshot: () => view,
    retryNow: () => cutPause(),
  };
}

/** A follower that hears nothing any more once it has been let go. */
function untilAborted(follower: Follower, signal: AbortSignal): Follower {
  return {
    events: (batch) => (signal.aborted ? undefined : follower.events(batch)),
    link: (link, error) => (signal.aborted ? undefined : follower.link(link, error)),
  };
}

function isSame(a: LiveView, b: LiveView): boolean {
  return (
    a.jobs === b.jobs &&
    a.limit === b.limit &&
    a.settingsChanges === b.settingsChanges &&
    a.changes === b.changes &&
    a.groups === b.groups &&
    a.link === b.link &&
    a.ready === b.ready &&
    a.error === b.error
  );
}
