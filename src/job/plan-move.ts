/**
 * The order of the queue is by priority, then by arrival. To put a job somewhere in it, priorities are changed:
 * its own, and where arrival stands against it those of the jobs before it or of those behind it. Pure.
 */
import type { Job } from "./job.ts";

export type Queued = Pick<Job, "id" | "priority" | "sequence">;

/** A job and the priority it gets. */
export interface Reordered {
  id: string;
  priority: number;
}

/** Where in the queue: at an end of it, or right before or behind another waiting job. */
export type MoveTarget = { to: "top" | "bottom" } | { before: string } | { behind: string };

/** As the settings of a job allow them. */
const HIGHEST = 1000;
const LOWEST = -1000;

/** Whether `a` goes before `b`: higher priority first, then the earlier one. */
export function comesFirst(a: Queued, b: Queued): boolean {
  return a.priority === b.priority ? a.sequence < b.sequence : a.priority > b.priority;
}

/**
 * The fewest changes that put a job at its target.
 *
 * @param queue waiting jobs in their order, the one to move among them
 * @returns nothing where it stands there already; null where there is no such target, or priorities run out
 */
export function planMove(
  queue: readonly Queued[],
  moved: Queued,
  target: MoveTarget,
): readonly Reordered[] | null {
  const rest = queue.filter(({ id }) => id !== moved.id);
  const place = placeIn(rest, target);
  if (place === null) return null;
  const before = rest.slice(0, place);
  const behind = rest.slice(place);
  if (fits(before.at(-1), moved, behind[0])) return [];
  const plans = [raise(before, moved, behind[0]), lower(before.at(-1), moved, behind)];
  return plans.filter((plan) => plan.every(isAllowed)).toSorted((a, b) => a.length - b.length)[0] ?? null;
}

function placeIn(rest: readonly Queued[], target: MoveTarget): number | null {
  if ("to" in target) return target.to === "top" ? 0 : rest.length;
  const other = "before" in target ? target.before : target.behind;
  const index = rest.findIndex(({ id }) => id === other);
  if (index < 0) return null;
  return "before" in target ? index : index + 1;
}

function fits(before: Queued | undefined, moved: Queued, behind: Queued | undefined): boolean {
  return (
    (before === undefined || comesFirst(before, moved)) && (behind === undefined || comesFirst(moved, behind))
  );
}

/** The job is raised above what is to follow it, and what is to stay before it is raised as far as it has to. */
function raise(before: readonly Queued[], moved: Queued, behind: Queued | undefined): Reordered[] {
  let follower = behind;
  const changes: Reordered[] = [];
  for (const job of [...before, moved].toReversed()) {
    if (job !== moved && (follower === undefined || comesFirst(job, follower))) break;
    const priority =
      follower === undefined
        ? lowestBehind(before.at(-1), moved)
        : follower.priority + (job.sequence < follower.sequence ? 0 : 1);
    follower = { ...job, priority };
    if (priority !== job.priority) changes.push({ id: job.id, priority });
  }
  return changes;
}

/** The same from the other side. */
function lower(before: Queued | undefined, moved: Queued, behind: readonly Queued[]): Reordered[] {
  let leader = before;
  const changes: Reordered[] = [];
  for (const job of [moved, ...behind]) {
    if (job !== moved && (leader === undefined || comesFirst(leader, job))) break;
    const priority = leader === undefined ? highestBefore(moved, behind[0]) : lowestBehind(leader, job);
    leader = { ...job, priority };
    if (priority !== job.priority) changes.push({ id: job.id, priority });
  }
  return changes;
}

function lowestBehind(leader: Queued | undefined, job: Queued): number {
  if (leader === undefined) return job.priority;
  return leader.priority - (leader.sequence < job.sequence ? 0 : 1);
}

function highestBefore(job: Queued, follower: Queued | undefined): number {
  if (follower === undefined) return job.priority;
  return follower.priority + (job.sequence < follower.sequence ? 0 : 1);
}

function isAllowed({ priority }: Reordered): boolean {
  return priority >= LOWEST && priority <= HIGHEST;
}
