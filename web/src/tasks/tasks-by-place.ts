/** Which jobs belong to which machine, in the order in which a person looks at them. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { groupOf, GROUPS } from "../data/group-jobs.ts";

/** Null: this machine (or another node of the same store). */
export function placeOf(job: Pick<JobMessage, "place">): string | null {
  return job.place.kind === "ssh" ? job.place.name : null;
}

/** By host id; under null the cards that run here. In each: at work, problems, waiting, resting, over. */
export function tasksByPlace(jobs: Iterable<JobMessage>): Map<string | null, JobMessage[]> {
  const places = new Map<string | null, JobMessage[]>();
  for (const job of jobs) {
    const place = placeOf(job);
    // Downloads of this machine have a page of their own.
    if (place === null && job.source.kind !== "card") continue;
    const known = places.get(place);
    if (known === undefined) places.set(place, [job]);
    else known.push(job);
  }
  for (const tasks of places.values()) tasks.sort(byUrgency);
  return places;
}

function byUrgency(a: JobMessage, b: JobMessage): number {
  const first = groupOf(a);
  const second = groupOf(b);
  if (first !== second) return GROUPS.indexOf(first) - GROUPS.indexOf(second);
  if (first === "waiting") return b.priority - a.priority || a.sequence - b.sequence;
  return first === "done" || first === "problem" ? b.sequence - a.sequence : a.sequence - b.sequence;
}

export interface TaskCounts {
  running: number;
  waiting: number;
  /** Failed, or waiting for an answer of a person. */
  problems: number;
  paused: number;
}

export function countTasks(tasks: readonly JobMessage[]): TaskCounts {
  const counts: TaskCounts = { running: 0, waiting: 0, problems: 0, paused: 0 };
  for (const job of tasks) {
    const group = groupOf(job);
    if (group === "active") counts.running += 1;
    else if (group === "problem") counts.problems += 1;
    else if (group !== "done") counts[group] += 1;
  }
  return counts;
}
