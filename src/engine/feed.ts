import type { GroupId } from "../job/group.ts";
import type { Job, JobId } from "../job/job.ts";
import type { Change, ChangePage, Cursor, JobStore } from "../job/store-contract.ts";
import type { AwayMeter } from "./away-meter.ts";
import type { FeedItem, FeedWanted } from "./engine-contract.ts";
import type { EngineLog } from "./engine-log.ts";
import type { GroupMeter } from "./group-meter.ts";
import type { NodeWatch } from "./nodes/watch-nodes.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import type { OverallLimit } from "./overall-limit.ts";
import type { ProgressMeter } from "./progress-meter.ts";

/** Changes kept in memory for followers that are nearly up to date; the rest is read from the store. */
const TAIL_LENGTH = 2_000;
/** Changes read from the store at once. */
const PAGE_LENGTH = 500;

/** Changes looked at beyond a page: as many as may lie between it and the end of the tail. */
const AHEAD_LENGTH = TAIL_LENGTH + PAGE_LENGTH;

/** Followers woken in one turn of the event loop: each writes to a socket, which takes some 50 µs. */
const WOKEN_AT_ONCE = 25;

/** Pause after changes could not be read. */
const RETRY_MS = 1_000;

type StoredItem =
  | Extract<FeedItem, { kind: "job" | "removed" }>
  /** Followers are told otherwise, see `GroupMeter`. */
  | { kind: "group"; cursor: Cursor; id: GroupId };

export interface FeedParts {
  store: JobStore;
  groups: GroupMeter;
  machines: Pick<NodeWatch, "machines" | "version">;
  /** Left out: no other machine runs jobs. */
  away?: AwayMeter;
  log: EngineLog;
}

/**
 * The stream of everything that happens, for any number of followers.
 *
 * Followers pull: each remembers its own cursor and nothing is queued for it, so a slow one costs
 * nothing and loses nothing. Changes are read from the store once and shared.
 */
export class Feed {
  readonly #store: JobStore;
  readonly #log: EngineLog;
  readonly #groups: GroupMeter;
  readonly #machines: FeedParts["machines"];
  readonly #away: AwayMeter | null;
  readonly #meter: ProgressMeter;
  readonly #limit: Pick<OverallLimit, "version">;
  readonly #settings: { readonly version: number };
  #tail: StoredItem[] = [];
  /** Everything after this cursor, up to `#head`, is in the tail. */
  #tailFrom: Cursor = 0;
  #head: Cursor = 0;
  readonly #pump = new OneAtATime(() => this.#takeIn());
  readonly #sleepers = new Set<() => void>();
  #waking = false;
  /** There was something new while they were being woken. */
  #wakeAgain = false;
  #unsubscribe: (() => void) | null = null;
  #retry: NodeJS.Timeout | null = null;
  #listener: ((items: readonly StoredItem[]) => void) | null = null;

  constructor(
    { store, log, groups, machines, away }: FeedParts,
    meter: ProgressMeter,
    limit: Pick<OverallLimit, "version">,
    settings: { readonly version: number },
  ) {
    this.#settings = settings;
    this.#store = store;
    this.#log = log;
    this.#groups = groups;
    this.#machines = machines;
    this.#away = away ?? null;
    this.#meter = meter;
    this.#limit = limit;
  }

  /** Begins to watch the store. `listener` hears of every change, in order. */
  async open(listener: (items: readonly StoredItem[]) => void): Promise<void> {
    this.#head = await this.#store.cursor();
    this.#tailFrom = this.#head;
    this.#listener = listener;
    this.#unsubscribe = this.#store.onChange(() => void this.#pump.ask());
    // What another process changed since the cursor was read was told to nobody.
    void this.#pump.ask();
  }

  async close(): Promise<void> {
    this.#unsubscribe?.();
    this.#unsubscribe = null;
    if (this.#retry !== null) clearTimeout(this.#retry);
    await this.#pump.rest();
    this.wake();
  }

  /** Lets followers look again: progress has moved, or the limit for all. */
  wake(): void {
    if (this.#waking) this.#wakeAgain = true;
    else this.#wakeSome([...this.#sleepers]);
  }

  /** A few at a time: whoever asks something meanwhile waits for a few of them, not for five hundred. */
  #wakeSome(sleepers: readonly (() => void)[]): void {
    for (const sleeper of sleepers.slice(0, WOKEN_AT_ONCE)) sleeper();
    const rest = sleepers.slice(WOKEN_AT_ONCE);
    this.#waking = rest.length > 0;
    if (this.#waking) return void setImmediate(() => this.#wakeSome(rest));
    const again = this.#wakeAgain;
    this.#wakeAgain = false;
    if (again) this.wake();
  }

  async *follow(
    after: Cursor | null,
    signal: AbortSignal,
    wanted: FeedWanted = {},
  ): AsyncGenerator<FeedItem> {
    const { version } = this.#groups;
    // Who shows groups shows jobs of all machines, too; files and messages do without.
    const leaves = wanted.groups === true ? [this.#groups.follow(), this.#away?.follow()] : [];
    try {
      yield* this.#follow(after, signal, {
        groups: wanted.groups === true ? version : Infinity,
        machines: wanted.machines === true ? 0 : Infinity,
        away: wanted.groups === true ? (this.#away?.version ?? Infinity) : Infinity,
      });
    } finally {
      for (const leave of leaves) leave?.();
    }
  }

  /** @param from versions of groups, machines and jobs elsewhere to tell from; infinity: nothing of them */
  async *#follow(
    after: Cursor | null,
    signal: AbortSignal,
    from: { groups: number; machines: number; away: number },
  ): AsyncGenerator<FeedItem> {
    let cursor = after ?? (await this.#store.cursor());
    let { version } = this.#meter.movedSince(Number.MAX_SAFE_INTEGER);
    let limitVersion: number | null = null;
    let settingsVersion = this.#settings.version;
    let { groups: groupsVersion, machines: machinesVersion, away: awayVersion } = from;
    while (!signal.aborted) {
      const behind = cursor < this.#head;
      if (behind) {
        const page = await this.#read(cursor);
        cursor = page.cursor;
        for (const item of page.items) {
          if (signal.aborted) return;
          if (item.kind !== "group") yield item;
        }
        continue;
      }
      const moved = this.#meter.movedSince(version);
      version = moved.version;
      if (moved.jobs.length > 0) yield { kind: "progress", jobs: moved.jobs };
      if (this.#away !== null && awayVersion < this.#away.version) {
        const { version: next, jobs } = this.#away.movedSince(awayVersion);
        awayVersion = next;
        if (jobs.length > 0) yield { kind: "progress", jobs };
        continue;
      }
      if (limitVersion !== this.#limit.version) {
        limitVersion = this.#limit.version;
        yield { kind: "limit" };
        continue;
      }
      if (machinesVersion < this.#machines.version) {
        machinesVersion = this.#machines.version;
        yield { kind: "machines", machines: this.#machines.machines };
        continue;
      }
      if (settingsVersion !== this.#settings.version) {
        settingsVersion = this.#settings.version;
        yield { kind: "settings" };
        continue;
      }
      if (groupsVersion < this.#groups.version) {
        const { version: next, groups, gone } = this.#groups.movedSince(groupsVersion);
        groupsVersion = next;
        yield { kind: "groups", groups, gone };
        continue;
      }
      if (cursor < this.#head || this.#meter.movedSince(version).jobs.length > 0) continue;
      await this.#sleep(signal);
    }
  }

  async #read(cursor: Cursor): Promise<{ cursor: Cursor; items: (StoredItem | FeedItem)[] }> {
    if (cursor >= this.#tailFrom) {
      const items = this.#tail.filter((item) => item.cursor > cursor);
      return { cursor: this.#head, items };
    }
    const page = await this.#store.changesAfter(cursor, PAGE_LENGTH);
    if (page.gap) return { cursor: this.#head, items: [{ kind: "gap", cursor: this.#head }] };
    return { cursor: page.cursor, items: (await this.#toItems(page)).items };
  }

  /** The store may be away: what was not read then is read at the next look. */
  async #takeIn(): Promise<void> {
    try {
      await this.#takeInPage();
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#unsubscribe === null) return;
    this.#log.error({ err: error }, "changes could not be read; they are read again");
    this.#retry ??= setTimeout(() => {
      this.#retry = null;
      void this.#pump.ask();
    }, RETRY_MS).unref();
  }

  async #takeInPage(): Promise<void> {
    const page = await this.#store.changesAfter(this.#head, PAGE_LENGTH);
    if (page.changes.length === 0 && !page.gap) return;
    const { items, isLast } = await this.#toItems(page);
    this.#head = page.cursor;
    this.#keep(items, page.gap);
    if (!isLast) void this.#pump.ask();
    this.#listener?.(items);
    this.wake();
  }

  #keep(items: readonly StoredItem[], gap: boolean): void {
    if (gap) {
      this.#tail = [];
      this.#tailFrom = this.#head;
      return;
    }
    this.#tail.push(...items);
    const surplus = this.#tail.length - TAIL_LENGTH;
    if (surplus > 0) this.#tailFrom = this.#tail.splice(0, surplus).at(-1)?.cursor ?? this.#tailFrom;
  }

  /**
   * The jobs behind changes: of several changes of one job, only the last tells something. Jobs are read after the
   * changes, and may be further by then: such a job is told of by its later change. Else a follower who comes from the
   * store to the tail would hear of the end of a job first, and then that it runs.
   */
  async #toItems(page: ChangePage): Promise<{ items: StoredItem[]; isLast: boolean }> {
    if (page.changes.length === 0) return { items: [], isLast: true };
    const last = new Map<JobId, Change>();
    for (const change of page.changes) {
      last.delete(change.jobId);
      last.set(change.jobId, change);
    }
    const jobs = await this.#jobsOf([...last.values()].filter(({ kind }) => kind === "job"));
    const items: StoredItem[] = [];
    for (const { cursor, jobId, kind } of last.values()) {
      const job = jobs.get(jobId);
      // A job that is gone by now will be told of by the change that removed it.
      if (kind !== "job") items.push({ kind, cursor, id: jobId });
      else if (job !== undefined) items.push({ kind: "job", cursor, job });
    }
    const { changes } = await this.#store.changesAfter(page.cursor, AHEAD_LENGTH);
    const later = new Set(changes.map(({ jobId }) => jobId));
    const idOf = (item: StoredItem): JobId => (item.kind === "job" ? item.job.id : item.id);
    return { items: items.filter((item) => !later.has(idOf(item))), isLast: changes.length === 0 };
  }

  /** One question for all of them: a database may be a network away. */
  async #jobsOf(changes: readonly Change[]): Promise<Map<JobId, Job>> {
    const ids = changes.map(({ jobId }) => jobId);
    if (ids.length === 0) return new Map();
    const { jobs } = await this.#store.list({ ids, sort: "oldest", limit: ids.length });
    return new Map(jobs.map((job) => [job.id, job]));
  }

  #sleep(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      // While it held what it was told last: nobody would wake it any more.
      if (signal.aborted) return resolve();
      const done = (): void => {
        this.#sleepers.delete(done);
        signal.removeEventListener("abort", done);
        resolve();
      };
      this.#sleepers.add(done);
      signal.addEventListener("abort", done, { once: true });
    });
  }
}
