/**
 * The live jobs with what was just asked of them shown as done. The server's word always wins: as soon as it tells
 * something new of what was foreseen, or refuses, the job is shown as it is.
 */
import type { LiveJobsStore, LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { Foreseen } from "./foresee-action.ts";

/** An answer says that it is done; its event follows soon, or the job is shown as it is all the same. */
const EVENT_DUE_MS = 3_000;

/** What is shown until the server has spoken. */
export interface Expectation {
  /** The server has done it: its events are on the way. */
  done: () => void;
  /** It was refused, or taken back. */
  undo: () => void;
}

export interface Foresight extends LiveJobsStore {
  expect(changes: ReadonlyMap<string, Foreseen>): Expectation;
}

interface Patch {
  change: Foreseen;
  /** The job as it was when the change was foreseen. */
  before: JobMessage;
}

export function createForesight(live: LiveJobsStore): Foresight {
  const patches = new Map<string, Patch>();
  const listeners = new Set<() => void>();
  let shown: { from: LiveView; view: LiveView } | null = null;
  let leave: (() => void) | null = null;

  const tell = (): void => {
    shown = null;
    for (const listener of listeners) listener();
  };
  const drop = (mine: ReadonlyMap<string, Patch>): void => {
    let dropped = false;
    for (const [id, patch] of mine) {
      if (patches.get(id) === patch) dropped = patches.delete(id) || dropped;
    }
    if (dropped) tell();
  };

  return {
    subscribe(listener) {
      listeners.add(listener);
      leave ??= live.subscribe(() => {
        for (const each of listeners) each();
      });
      return () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        leave?.();
        leave = null;
      };
    },
    getSnapshot() {
      const from = live.getSnapshot();
      if (shown?.from !== from) shown = { from, view: withPatches(from, patches) };
      return shown.view;
    },
    retryNow: () => live.retryNow(),
    expect(changes) {
      const { jobs } = live.getSnapshot();
      const mine = new Map<string, Patch>();
      for (const [id, change] of changes) {
        const before = jobs.get(id);
        if (before !== undefined) mine.set(id, { change, before });
      }
      for (const [id, patch] of mine) patches.set(id, patch);
      if (mine.size > 0) tell();
      return {
        done: () => void setTimeout(() => drop(mine), EVENT_DUE_MS),
        undo: () => drop(mine),
      };
    },
  };
}

/** Leaves out what the server has overtaken. */
function withPatches(view: LiveView, patches: Map<string, Patch>): LiveView {
  if (patches.size === 0) return view;
  const jobs = new Map(view.jobs);
  for (const [id, patch] of patches) {
    const job = view.jobs.get(id);
    if (job === undefined || hasSpoken(job, patch)) patches.delete(id);
    else if (patch.change === "gone") jobs.delete(id);
    else jobs.set(id, patched(job, patch.change));
  }
  return { ...view, jobs };
}

/** Whether the server has told anything new of what is foreseen. */
function hasSpoken(job: JobMessage, { change, before }: Patch): boolean {
  // What is to go may end or be described meanwhile, and goes all the same; tried again, it is wanted.
  if (change === "gone") return job.status !== before.status && job.status === "PENDING";
  return (Object.keys(change) as (keyof JobMessage)[]).some(
    (field) => JSON.stringify(job[field]) !== JSON.stringify(before[field]),
  );
}

/** The same object for the same job and change: a row is drawn again only for another one. */
const made = new WeakMap<JobMessage, { change: Foreseen; job: JobMessage }>();

function patched(job: JobMessage, change: Partial<JobMessage>): JobMessage {
  const known = made.get(job);
  if (known?.change === change) return known.job;
  const after = { ...job, ...change };
  made.set(job, { change, job: after });
  return after;
}
