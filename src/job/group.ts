/** A group: what was asked for in one go, for one place or many. Its jobs are jobs like any other. Pure. */
import type { JobState, JobStateKind } from "./job-state.ts";
import type { JobId, Place } from "./job.ts";
import type { Share } from "./sharing/sharing-contract.ts";

/** UUID (RFC 9562) in lower case. */
export type GroupId = string;

export interface Group {
  id: GroupId;
  name: string;
  /** The account that asked; null where none is known. */
  askedBy: string | null;
  createdAt: number;
  /** What was asked for, as people would write it, without secrets. */
  sources: readonly string[];
  /** Where to, as it was asked for: names, `label:site=ams`, `all`. */
  places: readonly string[];
  /** Within what its files are fetched once; none: each place fetches for itself. */
  share?: Share | null;
}

export type GroupDraft = Omit<Group, "id" | "createdAt">;

export interface Member {
  job: JobId;
  /** Which of the group's sources it comes from, by its number from 0. */
  source: number;
  /** Whether it was added for this group, not there before. */
  created: boolean;
}

/** What becomes of the jobs of a group that is forgotten: they were removed, where that could be, or are kept. */
export type GroupEnd = "removed" | "kept";

/** Jobs added up. */
export interface Tally {
  counts: Readonly<Record<JobStateKind, number>>;
  /** Of `counts.complete`: completed ones that are forgotten since. */
  forgotten: number;
  /** Of jobs that are not cancelled, as is all below. */
  bytesDone: number;
  /** As far as sizes are known. */
  bytesTotal: number;
  /** Jobs whose size nobody knows yet. */
  unknown: number;
  bytesPerSecond: number;
  /** Sum of how far each job is, 0 to 1. */
  shares: number;
}

export interface GroupView {
  group: Group;
  tally: Tally;
  /** Where its jobs go: how many places, and how many of them have all they are to have. */
  places: { all: number; done: number };
}

export interface GroupDetails extends GroupView {
  byPlace: readonly { place: Place; tally: Tally }[];
  bySource: readonly { source: number; tally: Tally }[];
}

export function emptyTally(): Tally {
  return {
    counts: { pending: 0, running: 0, paused: 0, blocked: 0, complete: 0, failed: 0, cancelled: 0 },
    forgotten: 0,
    bytesDone: 0,
    bytesTotal: 0,
    unknown: 0,
    bytesPerSecond: 0,
    shares: 0,
  };
}

export function addTallies(a: Tally, b: Tally): Tally {
  const kinds = Object.keys(a.counts) as JobStateKind[];
  return {
    counts: Object.fromEntries(
      kinds.map((kind) => [kind, a.counts[kind] + b.counts[kind]]),
    ) as Tally["counts"],
    forgotten: a.forgotten + b.forgotten,
    bytesDone: a.bytesDone + b.bytesDone,
    bytesTotal: a.bytesTotal + b.bytesTotal,
    unknown: a.unknown + b.unknown,
    bytesPerSecond: a.bytesPerSecond + b.bytesPerSecond,
    shares: a.shares + b.shares,
  };
}

export function countOf({ counts }: Tally): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** One word for all of them: what is going on now, then what somebody has to see to, then how it ended. */
const ORDER = [
  "running",
  "pending",
  "blocked",
  "paused",
  "failed",
  "complete",
  "cancelled",
] as const satisfies readonly JobStateKind[];

/** Without any: its downloads are still to come, for a group is there before they are. */
export function kindOf({ counts }: Tally): JobState["kind"] {
  return ORDER.find((kind) => counts[kind] > 0) ?? "pending";
}

/**
 * Whole percent, by bytes where all sizes are known, else by jobs. 100 only once all that are not cancelled are
 * complete; null where all are cancelled.
 */
export function percentOfTally(tally: Tally): number | null {
  const { counts, bytesDone, bytesTotal, unknown, shares } = tally;
  const wanted = countOf(tally) - counts.cancelled;
  if (wanted === 0) return null;
  if (counts.complete === wanted) return 100;
  const share = unknown === 0 && bytesTotal > 0 ? bytesDone / bytesTotal : shares / wanted;
  return Math.max(0, Math.min(99, Math.floor(share * 100)));
}

export function placesOf(tallies: readonly Tally[]): GroupView["places"] {
  return { all: tallies.length, done: tallies.filter((tally) => percentOfTally(tally) === 100).length };
}

/** Until the last byte of what runs and waits, at the present speed; null where it cannot be told. */
export function etaOfTally({ bytesDone, bytesTotal, unknown, bytesPerSecond }: Tally): number | null {
  if (unknown > 0 || bytesPerSecond <= 0) return null;
  return Math.max(0, (bytesTotal - bytesDone) / bytesPerSecond);
}
