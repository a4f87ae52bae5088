/**
 * Snapshot and events → the jobs as they are. Pure.
 *
 * Events carry their position in the stream of changes. What is older than what is known of a job is
 * left out, so that a replay and the live stream may overlap in any way. A job nothing happened to
 * stays the same object, so that a page draws only what changed.
 */
import type { Machines } from "../job/machines.ts";
import type { GroupMessage } from "../wire/groups.ts";
import type { LimitMessage } from "../wire/limits.ts";
import type { ProgressMessage } from "../wire/progress-message.ts";
import { fromMachinesEvent, waitingAt } from "../wire/waiting-message.ts";
import type { MachinesEvent } from "../wire/waiting-message.ts";
import type { JobMessage } from "../wire/job-message.ts";
import type { PlacedEvent } from "./open-event-stream.ts";

/** Removed jobs remembered, so that a late word does not bring them back. Older ones are out of any replay. */
const MAX_REMOVED = 10_000;

const MAX_TOPICS = 100;

export interface LiveJobs {
  jobs: ReadonlyMap<string, JobMessage>;
  /** Position up to which everything is known. */
  base: number;
  /** Position of the last word on a job, where it is after `base`. */
  heard: ReadonlyMap<string, number>;
  /** The limit for all; null until it is told. */
  limit: LimitMessage | null;
  /** The machines of the queue; null until they are told. */
  machines: Machines | null;
  /** How often settings were changed since we follow. */
  settingsChanges: number;
  /** How often anything else was changed since we follow, by what it was. */
  changes: ReadonlyMap<string, number>;
  /** Groups we were told of since we follow, as they are; null: gone. The others are as the server lists them. */
  groups: ReadonlyMap<string, GroupMessage | null>;
  /** Jobs removed since the last snapshot, and where. */
  removed: ReadonlyMap<string, number>;
}

export const NO_JOBS: LiveJobs = {
  jobs: new Map(),
  limit: null,
  machines: null,
  settingsChanges: 0,
  changes: new Map(),
  groups: new Map(),
  base: 0,
  heard: new Map(),
  removed: new Map(),
};

/** Takes events in, in the order they came. The same object comes back if nothing changed. */
export function takeEvents(live: LiveJobs, events: readonly PlacedEvent[]): LiveJobs {
  const draft = new Draft(live);
  for (const event of events) draft.take(event);
  return draft.finish();
}

/** Copies a map of the state when it is written to for the first time, and only then. */
class Draft {
  #now: LiveJobs;
  #jobs: Map<string, JobMessage> | null = null;
  #heard: Map<string, number> | null = null;
  #removed: Map<string, number> | null = null;

  constructor(before: LiveJobs) {
    this.#now = before;
  }

  take(event: PlacedEvent): void {
    switch (event.type) {
      case "snapshot":
        return this.#takeSnapshot(event.data.jobs, event.cursor);
      case "job":
        return this.#takeJob(event.data, event.cursor);
      case "removed":
        return this.#takeRemoval(event.data.id, event.cursor);
      case "progress":
        for (const { id, progress } of event.data.jobs) this.#takeProgress(id, progress);
        return;
      case "limit":
        return this.#takeLimit(event.data);
      case "settings":
        this.#now = { ...this.#now, settingsChanges: this.#now.settingsChanges + 1 };
        return;
      case "machines":
        return this.#takeMachines(event.data);
      case "changed":
        return this.#takeChange(event.data.what);
      case "groups":
        this.#takeGroups(event.data.groups, event.data.removed);
        return;
      default:
        throw event satisfies never;
    }
  }

  #takeChange(what: string): void {
    const { changes } = this.#now;
    // A server does not tell of many; one that does is not to fill the memory.
    if (changes.size >= MAX_TOPICS && !changes.has(what)) return;
    this.#now = { ...this.#now, changes: new Map([...changes, [what, (changes.get(what) ?? 0) + 1]]) };
  }

  #takeGroups(groups: readonly GroupMessage[], removed: readonly string[]): void {
    const all = new Map(this.#now.groups);
    for (const group of groups) all.set(group.id, group);
    for (const id of removed) all.set(id, null);
    this.#now = { ...this.#now, groups: all };
  }

  finish(): LiveJobs {
    return this.#now;
  }

  #takeSnapshot(jobs: readonly JobMessage[], cursor: number | null): void {
    const known = this.#now.jobs;
    const fresh = new Map(jobs.map((job) => [job.id, merge(known.get(job.id), job)]));
    const same = fresh.size === known.size && [...fresh].every(([id, job]) => known.get(id) === job);
    this.#jobs = same ? null : fresh;
    this.#heard = null;
    this.#removed = null;
    // Each job says why it waits; machines are told of next, where they are.
    const { heard, removed, machines } = NO_JOBS;
    const base = cursor ?? 0;
    const isKept = this.#now.machines === null && this.#now.heard.size === 0 && this.#now.removed.size === 0;
    if (same && this.#now.base === base && isKept) return;
    this.#now = { ...this.#now, jobs: same ? known : fresh, base, heard, removed, machines };
  }

  #takeLimit(limit: LimitMessage): void {
    const merged = keepIfSame(this.#now.limit ?? undefined, limit);
    if (merged === this.#now.limit) return;
    this.#now = { ...this.#now, limit: merged };
    this.#tellWaiting();
  }

  #takeMachines(event: MachinesEvent): void {
    this.#now = { ...this.#now, machines: fromMachinesEvent(event) };
    this.#tellWaiting();
  }

  /** Jobs wait for another reason now, and nobody says so of each of them. */
  #tellWaiting(): void {
    const { limit, machines } = this.#now;
    // Told first of all: without it nothing is known of hours.
    if (limit === null) return;
    const { bytes_per_second, until } = limit.now;
    const hours = { open: bytes_per_second !== 0, until: until === null ? null : Date.parse(until) };
    // Whether a try is due by now makes no difference to hours or machines.
    const moment = { hours, now: 0, machines };
    for (const [id, job] of this.#now.jobs) {
      if (job.waiting === null && job.status !== "RUNNING") continue;
      const merged = keepIfSame(job, { ...job, waiting: waitingAt(job, moment) });
      if (merged !== job) this.#writeJobs().set(id, merged);
    }
  }

  #takeJob(job: JobMessage, cursor: number | null): void {
    if (this.#isOld(job.id, cursor)) return;
    const known = this.#now.jobs.get(job.id);
    const merged = merge(known, job);
    if (merged !== known) this.#writeJobs().set(job.id, merged);
    this.#hear(job.id, cursor);
  }

  #takeRemoval(id: string, cursor: number | null): void {
    if (this.#isOld(id, cursor)) return;
    if (this.#now.jobs.has(id)) this.#writeJobs().delete(id);
    if (this.#now.heard.has(id)) this.#writeHeard().delete(id);
    if (cursor === null) return;
    const removed = this.#writeRemoved();
    removed.set(id, cursor);
    for (const oldest of removed.keys()) {
      if (removed.size <= MAX_REMOVED) break;
      removed.delete(oldest);
    }
  }

  #takeProgress(id: string, progress: ProgressMessage): void {
    const known = this.#now.jobs.get(id);
    if (known === undefined || known.status !== "RUNNING" || isBehind(progress, known.progress)) return;
    const merged = keepIfSame(known.progress, progress);
    if (merged !== known.progress) this.#writeJobs().set(id, { ...known, progress: merged });
  }

  #isOld(id: string, cursor: number | null): boolean {
    if (cursor === null) return false;
    const { base, heard, removed } = this.#now;
    return cursor <= Math.max(base, heard.get(id) ?? 0, removed.get(id) ?? 0);
  }

  #hear(id: string, cursor: number | null): void {
    if (cursor === null) return;
    this.#writeHeard().set(id, cursor);
    if (this.#now.removed.has(id)) this.#writeRemoved().delete(id);
  }

  #writeJobs(): Map<string, JobMessage> {
    if (this.#jobs === null) {
      this.#jobs = new Map(this.#now.jobs);
      this.#now = { ...this.#now, jobs: this.#jobs };
    }
    return this.#jobs;
  }

  #writeHeard(): Map<string, number> {
    if (this.#heard === null) {
      this.#heard = new Map(this.#now.heard);
      this.#now = { ...this.#now, heard: this.#heard };
    }
    return this.#heard;
  }

  #writeRemoved(): Map<string, number> {
    if (this.#removed === null) {
      this.#removed = new Map(this.#now.removed);
      this.#now = { ...this.#now, removed: this.#removed };
    }
    return this.#removed;
  }
}

/**
 * A job's row is saved twice a second, its progress is told from memory: the row may be behind. What
 * was shown stays, as long as it is the same run going on.
 */
function merge(known: JobMessage | undefined, job: JobMessage): JobMessage {
  const goesOn = known?.status === "RUNNING" && job.status === "RUNNING";
  const stale = goesOn && isBehind(job.progress, known.progress);
  return keepIfSame(known, stale ? { ...job, progress: known.progress } : job);
}

function isBehind(late: ProgressMessage, known: ProgressMessage): boolean {
  if (late.attempt !== known.attempt) return late.attempt < known.attempt;
  return late.bytes_done < known.bytes_done;
}

/** The old value where the new one says the same, part by part. Both are plain JSON. */
export function keepIfSame<T>(old: T | undefined, fresh: T): T {
  if (Object.is(old, fresh)) return fresh;
  if (!isPart(old) || !isPart(fresh) || Array.isArray(old) !== Array.isArray(fresh)) return fresh;
  const before = new Map<string, unknown>(Object.entries(old));
  const parts = Object.entries<unknown>(fresh as Record<string, unknown>).map(
    ([name, value]) => [name, keepIfSame(before.get(name), value)] as const,
  );
  const same = parts.every(([name, value]) => before.has(name) && Object.is(before.get(name), value));
  if (same && parts.length === before.size) return old;
  // Not an object literal: a name may be `__proto__`.
  const kept: unknown = Array.isArray(fresh) ? parts.map(([, value]) => value) : Object.fromEntries(parts);
  return kept as T;
}

function isPart(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
