/** Tasks of machines; whoever asks is drawn again only when its own part changes. */
import { useCallback } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { Wanted } from "../data/create-asked.ts";
import { useAsked } from "../data/use-asked.ts";
import { useLive } from "../data/use-live.ts";
import { countTasks, tasksByPlace } from "./tasks-by-place.ts";
import type { TaskCounts } from "./tasks-by-place.ts";

/** Every row asks about the same jobs: sorted once. */
const indexes = new WeakMap<LiveView["jobs"], ReadonlyMap<string | null, readonly JobMessage[]>>();

function indexOf({ jobs }: LiveView): ReadonlyMap<string | null, readonly JobMessage[]> {
  let index = indexes.get(jobs);
  if (index === undefined) {
    index = tasksByPlace(jobs.values());
    indexes.set(jobs, index);
  }
  return index;
}

export interface Tasks extends TaskCounts {
  ids: readonly string[];
  /** Cards that were just asked for and are no jobs yet. They come behind those that wait. */
  asked: readonly Wanted[];
}

const NO_TASKS: readonly JobMessage[] = [];

/** Of a host, or with null of this machine. The same object until one came, went or changed its state. */
export function useTasks(place: string | null): Tasks {
  const all = useAsked();
  return useLive(
    useCallback(
      (view: LiveView, before: Tasks | null) => {
        const tasks = indexOf(view).get(place) ?? NO_TASKS;
        const now: Tasks = {
          ids: tasks.map(({ id }) => id),
          asked: askedAt(place, all, tasks),
          ...countTasks(tasks),
        };
        return before !== null && sameTasks(before, now) ? before : now;
      },
      [place, all],
    ),
  );
}

/** Its event may come before the answer: then it is a job already. */
function askedAt(
  place: string | null,
  all: ReadonlyMap<string, Wanted>,
  tasks: readonly JobMessage[],
): readonly Wanted[] {
  if (all.size === 0) return [];
  const there = new Set(tasks.filter((job) => job.ended_at === null).map(({ source }) => source.text));
  return [...all.values()].filter((one) => one.kind === "card" && one.place === place && !there.has(one.id));
}

/** Machines that have tasks, or are about to. The same array until that changes. */
export function useTaskPlaces(): readonly (string | null)[] {
  const all = useAsked();
  return useLive(
    useCallback(
      (view: LiveView, before: readonly (string | null)[] | null) => {
        const asked = [...all.values()].filter(({ kind }) => kind === "card").map(({ place }) => place);
        const places = new Set([...indexOf(view).keys(), ...asked]);
        const now = [...places].toSorted((a, b) => ((a ?? "") < (b ?? "") ? -1 : 1));
        return before !== null && sameList(before, now) ? before : now;
      },
      [all],
    ),
  );
}

function sameTasks(a: Tasks, b: Tasks): boolean {
  return (
    a.running === b.running &&
    a.waiting === b.waiting &&
    a.problems === b.problems &&
    a.paused === b.paused &&
    sameList(a.ids, b.ids) &&
    sameList(a.asked, b.asked)
  );
}

function sameList<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((one, index) => one === b[index]);
}
