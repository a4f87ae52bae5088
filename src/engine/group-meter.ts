import type { Clock } from "../job/clock.ts";
import type { GroupId, GroupView } from "../job/group.ts";
import type { Job, JobId } from "../job/job.ts";
import type { JobStore } from "../job/store-contract.ts";
import { LookPause } from "./look-pause.ts";

/** Groups that are gone and still told of; who follows hears of them long before. */
const MOST_GONE = 1_000;

interface Known {
  view: GroupView;
  /** Grows with every change: lets followers ask for what moved since. */
  version: number;
}

type Item =
  | { kind: "job"; job: Pick<Job, "groups"> }
  | { kind: "removed"; id: JobId }
  | { kind: "group"; id: GroupId };

/**
 * How far groups are, for those who follow: those whose jobs changed are added up anew by the store, and those with a
 * job at work, wherever that is. Nobody follows: nothing is looked at.
 */
export class GroupMeter {
  readonly #store: Pick<JobStore, "groups">;
  readonly #clock: Clock;
  readonly #known = new Map<GroupId, Known>();
  readonly #gone = new Map<GroupId, number>();
  readonly #changed = new Set<GroupId>();
  /** Of these a job changed: told of even if they are as they were, for a list may have seen what was in between. */
  readonly #touched = new Set<GroupId>();
  readonly #pause = new LookPause();
  #followers = 0;
  #version = 0;
  #knowsRunning = false;

  constructor(store: Pick<JobStore, "groups">, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  get version(): number {
    return this.#version;
  }

  /** @returns how to stop following */
  follow(): () => void {
    this.#followers += 1;
    return () => {
      this.#followers -= 1;
    };
  }

  /** Cheap: called for every change of a job. */
  take(items: readonly Item[]): void {
    for (const item of items) {
      // What a job was part of that is gone nobody can tell: all that is known is looked at.
      if (item.kind === "removed") for (const id of this.#known.keys()) this.#changed.add(id);
      else if (item.kind === "group") this.#changed.add(item.id);
      else {
        for (const id of item.job.groups) this.#changed.add(id);
        for (const id of item.job.groups) this.#touched.add(id);
      }
    }
  }

  /** Answers whether something is to be told. */
  async look(): Promise<boolean> {
    const began = this.#clock.now();
    if (this.#followers === 0 || !this.#pause.isOver(began)) return false;
    if (!this.#knowsRunning) for (const id of await this.#store.groups.running()) this.#changed.add(id);
    this.#knowsRunning = true;
    for (const [id, { view }] of this.#known) if (view.tally.counts.running > 0) this.#changed.add(id);
    const asked = [...this.#changed];
    if (asked.length === 0) return false;
    const touched = new Set(this.#touched);
    this.#changed.clear();
    this.#touched.clear();
    const before = this.#version;
    try {
      this.#takeIn(asked, touched, await this.#store.groups.look(asked));
    } catch (error) {
      for (const id of asked) this.#changed.add(id);
      for (const id of touched) this.#touched.add(id);
      throw error;
    }
    this.#pause.begin(began, this.#clock.now());
    return this.#version > before;
  }

  /** What changed after `version`, and the version to ask from next time. */
  movedSince(version: number): { version: number; groups: GroupView[]; gone: GroupId[] } {
    return {
      version: this.#version,
      groups: [...this.#known.values()].flatMap((known) => (known.version > version ? [known.view] : [])),
      gone: [...this.#gone].flatMap(([id, at]) => (at > version ? [id] : [])),
    };
  }

  #takeIn(asked: readonly GroupId[], touched: ReadonlySet<GroupId>, views: readonly GroupView[]): void {
    const found = new Map(views.map((view) => [view.group.id, view]));
    const version = this.#version + 1;
    for (const id of asked) {
      const known = this.#known.get(id);
      const view = found.get(id);
      if (view === undefined) this.#forget(id, version);
      else if (touched.has(id) || JSON.stringify(known?.view) !== JSON.stringify(view)) {
        this.#known.set(id, { view, version });
        this.#version = version;
      }
    }
  }

  #forget(id: GroupId, version: number): void {
    this.#known.delete(id);
    this.#gone.set(id, version);
    this.#version = version;
    const [oldest] = this.#gone.keys();
    if (this.#gone.size > MOST_GONE && oldest !== undefined) this.#gone.delete(oldest);
  }
}
