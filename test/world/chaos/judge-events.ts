/** Whether followers were told everything, in order, and nothing that was not so. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { SeenEvent } from "./follow-node.ts";
import type { History } from "./judge-jobs.ts";

export interface Told {
  /** Whose events they are. */
  name: string;
  seen: readonly SeenEvent[];
}

/**
 * @param jobs as they are in the end
 * @param changes the newest change of each job, of the store's own list
 */
export function judgeEvents(
  { name, seen }: Told,
  jobs: readonly { job: JobMessage; history: History }[],
  changes: ReadonlyMap<string, number>,
): string[] {
  const broken: string[] = [];
  const ofJob = Map.groupBy(seen, ({ job }) => job.id);
  const known = new Set(jobs.map(({ job }) => job.id));
  for (const id of ofJob.keys()) if (!known.has(id)) broken.push(`${name} told of ${id}, which is no job`);
  for (const { job, history } of jobs) {
    const events = ofJob.get(job.id) ?? [];
    const last = events.at(-1);
    const newest = changes.get(job.id) ?? Infinity;
    if (last === undefined) {
      broken.push(`${name} never told of ${job.name}`);
      continue;
    }
    if (last.cursor < newest)
      broken.push(`${name} told of ${job.name} up to ${last.cursor}, though ${newest} came`);
    if (last.job.status !== job.status)
      broken.push(`${name} told last that ${job.name} is ${last.job.status}, it is ${job.status}`);
    // Of several changes at once an event tells the last: what was told is a part of the history, in its order.
    const told = withoutRepeats(events.map(({ job: { status } }) => status));
    const all = withoutRepeats(history.map(({ to }) => to));
    if (!isPartOf(told, all))
      broken.push(`${name} told ${told.join(" ")} of ${job.name}, whose history is ${all.join(" ")}`);
  }
  return broken;
}

function withoutRepeats(all: readonly string[]): string[] {
  return all.filter((each, index) => each !== all[index - 1]);
}

/** In its order, with gaps. */
function isPartOf(some: readonly string[], all: readonly string[]): boolean {
  let at = 0;
  for (const each of all) if (each === some[at]) at += 1;
  return at === some.length;
}
