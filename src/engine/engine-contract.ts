/** The engine's face: what the server, the compat views and `main` see of it. */
import type { Node } from "../job/node-contract.ts";
import type { Adjustment } from "../job/adjust.ts";
import type { Failure } from "../job/failure.ts";
import type { FileMap } from "../job/file-map.ts";
import type { GroupStore } from "../job/group-contract.ts";
import type { GroupDraft, GroupEnd, GroupId, GroupView } from "../job/group.ts";
import type { HostId } from "../job/host.ts";
import type { JobStateKind } from "../job/job-state.ts";
import type { Machines } from "../job/machines.ts";
import type { HistoryLine, Job, JobDraft, JobId } from "../job/job.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";
import type { MoveTarget } from "../job/plan-move.ts";
import type { Progress } from "../job/progress.ts";
import type { ReuseWay } from "../job/reuse.ts";
import type { Cursor, JobCounts, JobFilter, JobPage, JobQuery } from "../job/store-contract.ts";
import type { OverallLimitView } from "./overall-limit.ts";

export type Submission =
  | { kind: "created"; job: Job }
  /** A job that is not ended has this destination already. */
  | { kind: "existing"; job: Job }
  /** The file is there and whole; the job, which may be new, says so and is complete. */
  | { kind: "already_there"; job: Job; isNew: boolean };

/** A job that is to be part of a group. */
export interface GroupPart {
  draft: JobDraft;
  /** Which of the group's sources it comes from, by its number from 0. */
  source: number;
}

export interface AddedJob {
  id: JobId;
  kind: Submission["kind"];
}

export interface AddedGroup {
  id: GroupId;
  /** In the order of what was wanted. */
  jobs: readonly AddedJob[];
  /** What of it is not shared although that was asked for: sentences. */
  notes: readonly string[];
}

/** What would become of a draft. */
export type Foreseen =
  | { kind: "new" }
  /** It would go on from bytes that are there. */
  | { kind: "begun"; bytes: number }
  | { kind: "queued"; job: Job }
  | { kind: "there"; bytes: number }
  /** Another file has the name. */
  | { kind: "in_the_way"; reason: string }
  /** Its bytes are on this machine, and would most likely be taken from there like this. */
  | { kind: "here_elsewhere"; path: string; way: ReuseWay }
  /** Another draft before it has the same destination. */
  | { kind: "repeated" };

/** Bytes on one disk of this machine. */
export interface DiskNeed {
  /** One of the folders on it. */
  folder: string;
  /** The instance it is of; null for this machine. */
  hostId: HostId | null;
  /** Free, beyond what is left free for everybody else. */
  freeBytes: number;
  /** Still to come for jobs in the queue; those of unknown size count as nothing. */
  promisedBytes: number;
  /** Of the drafts; those of unknown size count as nothing. */
  neededBytes: number;
}

export interface Foresight {
  /** One for each draft, in their order. */
  each: readonly Foreseen[];
  disks: readonly DiskNeed[];
}

export type Action = "pause" | "resume" | "now" | "cancel" | "retry" | "remove";

/** What can be asked of many jobs: one of the actions, or a change. */
export type BulkAction = Action | Adjustment;

/** Of those the store finds, which ones; of jobs named by their ids, all. */
export type BulkFilter = JobFilter & { matches?: (job: Job) => boolean };

export type ActOutcome =
  | { kind: "done"; job: Job }
  | { kind: "unknown" }
  | { kind: "refused"; job: Job; refusal: string };

export interface BulkOutcome {
  changed: JobId[];
  refused: { id: JobId; refusal: string }[];
}

export type FeedItem =
  | { kind: "job"; cursor: Cursor; job: Job }
  | { kind: "removed"; cursor: Cursor; id: JobId }
  /** Running jobs that moved since the last item of this kind; not replayed. Followers that keep up share one list. */
  | { kind: "progress"; jobs: readonly { id: JobId; progress: Progress }[] }
  /** The limit for all: told once at the beginning, and whenever it is another one. Not replayed. */
  | { kind: "limit" }
  /** Settings were changed. Not replayed. */
  | { kind: "settings" }
  /** Groups that moved, and those that are gone, since the last item of this kind. Not replayed. */
  | { kind: "groups"; groups: readonly GroupView[]; gone: readonly GroupId[] }
  /** Machines came, went, or take up nothing: told once at the beginning, and whenever it is otherwise. Not replayed. */
  | { kind: "machines"; machines: Machines }
  /** Changes in between are forgotten: take a snapshot, then go on from `cursor`. */
  | { kind: "gap"; cursor: Cursor };

export interface FeedWanted {
  /** Groups are told of, too: adding them up costs something, so only where somebody looks. */
  groups?: boolean;
  /** Why jobs wait for machines is told of, too. */
  machines?: boolean;
}

export interface LogPart {
  /** Where `text` begins: behind the place that was asked for, if what was there is cut off. Bytes. */
  offset: number;
  /** Whole lines. */
  text: string;
  /** The place to ask from next time. */
  next: number;
  /** The line that is being written at present, if `text` reaches the end of the log. */
  open: string | null;
}

export interface Engine {
  /** `id` is the one another program knows the job by. */
  submit(draft: JobDraft, id?: JobId): Promise<Submission>;
  /** As `submit` for each, in their order, and much quicker. */
  submitAll(drafts: readonly JobDraft[]): Promise<Submission[]>;
  /** What submitting these would come to. Changes nothing. */
  foresee(drafts: readonly JobDraft[]): Promise<Foresight>;
  /**
   * Enters a job that is known to have failed before (an entry of an old system), to be retried by a
   * person. To be called before `start`: a runner could take it up in between otherwise.
   */
  recordFailed(draft: JobDraft, failure: Failure, id?: JobId): Promise<Submission>;

  get(id: JobId): Promise<Job | null>;
  list(query: JobQuery): Promise<JobPage>;
  counts(): Promise<JobCounts>;
  history(id: JobId): Promise<HistoryLine[] | null>;
  /**
   * What the job's commands wrote, from a place on; below 0: so many bytes before the end. Empty for transfers,
   * null if the job is unknown.
   */
  readLog(id: JobId, offset: number): Promise<LogPart | null>;
  /** Where the bytes of the job's file are; null if the job is unknown. */
  map(id: JobId): Promise<FileMap | null>;
  /** @param place id of a host; this node if left out */
  findByDestination(destination: string, place?: string): Promise<Job | null>;

  /** `remove` stops a job that is not ended first, and deletes its partial file. */
  act(id: JobId, action: Action): Promise<ActOutcome>;
  actOnAll(action: BulkAction, filter: BulkFilter): Promise<BulkOutcome>;
  /** Changes a job's priority or limit; a run feels it within a second. */
  adjust(id: JobId, adjustment: Adjustment): Promise<ActOutcome>;
  /** Puts a waiting job somewhere else in the queue. */
  move(id: JobId, target: MoveTarget): Promise<ActOutcome>;
  /** Forgets ended jobs of these kinds; answers the jobs removed. */
  clear(kinds: readonly JobStateKind[], filter?: (job: Job) => boolean): Promise<Job[]>;

  /** The limit for all transfers to this machine. */
  overallLimit(): OverallLimitView;
  /** Puts another one in the place of the setting's; null gives the change up. Felt within a second. */
  changeOverallLimit(schedule: RateSchedule | null): Promise<OverallLimitView>;

  /** Changes after `after` (null: from now on), then live, until the signal aborts. */
  feed(after: Cursor | null, signal: AbortSignal, wanted?: FeedWanted): AsyncIterable<FeedItem>;
  cursor(): Promise<Cursor>;

  /** As of the last look, two seconds ago at most; `version` grows with every change. */
  machines(): { known: Machines; version: number };
  /** Runs at work here. */
  atWork(): number;
  /** Lets go of runs on instances, which go on there for another machine to follow; or of all of them. */
  handOver(everything: boolean): void;

  /** What was asked for in one go. Its jobs are acted on like any others. */
  readonly groups: Pick<GroupStore, "get" | "list" | "look" | "ownJobs"> & {
    /**
     * Submits jobs as a group. Those that are in the queue already, or there, are part of it, too.
     *
     * @throws HalfGroupError if some came into the queue and the rest did not
     */
    add(draft: GroupDraft, wanted: readonly GroupPart[]): Promise<AddedGroup>;
    forget(id: GroupId, jobs: GroupEnd): Promise<boolean>;
  };

  /** The machines that share the store. */
  nodes(): Promise<Node[]>;
  /** Name of the node this engine runs jobs for. */
  readonly node: string;
  /** Takes up work. */
  start(): Promise<void>;
  /** Stops taking up work, stops runs (partials kept and synced, jobs back in the queue), within `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}
