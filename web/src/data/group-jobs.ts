/** Which part of the page a job belongs to, and in what order the jobs of a part stand. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";

/** In the order of the page: what runs, what needs a person, what comes next, what rests, what is over. */
export const GROUPS = ["active", "problem", "waiting", "paused", "done"] as const;
export type Group = (typeof GROUPS)[number];

export type JobGroups = Readonly<Record<Group, readonly string[]>>;

/** A job that waits for its next try stays among the active ones: it would jump about otherwise. */
export function groupOf(job: Pick<JobMessage, "status" | "retry_at">): Group {
  switch (job.status) {
    case "RUNNING":
      return "active";
    case "PENDING":
      return job.retry_at === null ? "waiting" : "active";
    case "PAUSED":
      return "paused";
    case "FAILED":
    case "HOST_VERIFICATION_NEEDED":
      return "problem";
    case "COMPLETE":
    case "CANCELLED":
      return "done";
    default:
      throw job.status satisfies never;
  }
}

export const SORTS = ["queue", "newest", "oldest", "name", "size"] as const;
/** `queue`: what comes next first, what ended last first. */
export type Sort = (typeof SORTS)[number];

/** Which jobs are shown, and in what order; null: all of them. */
export interface JobFilter {
  search: string;
  place: string | null;
  /** Of the source. */
  kind: string | null;
  /** Id of a group that it is in. */
  group: string | null;
  sort: Sort;
}

export const ALL_JOBS: JobFilter = { search: "", place: null, kind: null, group: null, sort: "queue" };

/** Whether jobs are left out: then "all" means those that are shown. */
export function isNarrowed({ search, place, kind, group }: JobFilter): boolean {
  return search !== "" || place !== null || kind !== null || group !== null;
}

/** Ids of the jobs a filter lets through, by group. Arrays of `before` are kept where nothing moved. */
export function groupJobs(
  jobs: Iterable<JobMessage>,
  { search, place, kind, group, sort }: JobFilter,
  before: JobGroups | null,
): JobGroups {
  const found: Record<Group, JobMessage[]> = { active: [], problem: [], waiting: [], paused: [], done: [] };
  const words = wordsOf(search);
  for (const job of jobs) {
    if (place !== null && job.place.name !== place) continue;
    if (kind !== null && job.source.kind !== kind) continue;
    if (group !== null && !job.groups.includes(group)) continue;
    if (matches(job, words)) found[groupOf(job)].push(job);
  }
  const order = (of: Group): readonly string[] => {
    const ids = found[of].toSorted(SORT_ORDER[sort] ?? ORDER[of]).map((job) => job.id);
    const old = before?.[of];
    return old !== undefined && sameIds(old, ids) ? old : ids;
  };
  const after: JobGroups = {
    active: order("active"),
    problem: order("problem"),
    waiting: order("waiting"),
    paused: order("paused"),
    done: order("done"),
  };
  return before !== null && GROUPS.every((each) => before[each] === after[each]) ? before : after;
}

type Compare = (a: JobMessage, b: JobMessage) => number;

const byArrival: Compare = (a, b) => a.sequence - b.sequence;
const latestFirst: Compare = (a, b) =>
  compareText(b.ended_at ?? b.updated_at, a.ended_at ?? a.updated_at) || b.sequence - a.sequence;

const ORDER: Record<Group, Compare> = {
  active: byArrival,
  problem: latestFirst,
  // The order in which the queue takes them up.
  waiting: (a, b) => b.priority - a.priority || a.sequence - b.sequence,
  paused: byArrival,
  done: latestFirst,
};

/** Null: each group has an order of its own. */
const SORT_ORDER: Record<Sort, Compare | null> = {
  queue: null,
  newest: (a, b) => b.sequence - a.sequence,
  oldest: byArrival,
  name: (a, b) => NAMES.compare(a.name, b.name) || byArrival(a, b),
  /** Largest first; unknown sizes last. */
  size: (a, b) => (b.progress.bytes_total ?? -1) - (a.progress.bytes_total ?? -1) || byArrival(a, b),
};

/** `file-2` before `file-10`. Made once: a collator for each comparison would take a hundred times as long. */
const NAMES = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

/** Whether every word is in the name, the destination, the source or the id. */
export function matches(job: JobMessage, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const text = `${job.name}\n${job.destination ?? ""}\n${job.source.text}\n${job.id}`.toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The words of a search, in lower case. */
export function wordsOf(search: string): string[] {
  return search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== "");
}

/** ISO times of one zone sort as text; `localeCompare` would be a hundred times slower. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sameIds(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((id, index) => id === b[index]);
}
