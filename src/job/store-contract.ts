/** What the rest asks of a store. SQLite and PostgreSQL keep it alike; one suite holds them to it. */
import type { AcceptedKeys } from "./accepted-keys-contract.ts";
import type { AccessStore } from "./access-contract.ts";
import type { Adjustment } from "./adjust.ts";
import type { FileStore } from "./file-store-contract.ts";
import type { GroupId } from "./group.ts";
import type { GroupStore } from "./group-contract.ts";
import type { HostStore } from "./host-contract.ts";
import type { JobEvent } from "./job-event.ts";
import type { JobStateKind, LeaseRef } from "./job-state.ts";
import type { HistoryLine, Job, JobDraft, JobId } from "./job.ts";
import type { NodeStore } from "./node-contract.ts";
import type { NoticeStore } from "./notify/notify-contract.ts";
import type { Progress } from "./progress.ts";
import type { SettingsStore } from "./settings-contract.ts";
import type { SharingStore } from "./sharing/sharing-contract.ts";

/** The code of the error of a verb that could not reach the database: it may be there again in a moment. */
export const STORE_UNREACHABLE = "store_unreachable";
/** It waited there too long for others: a node that froze in the midst of a transaction holds up all. */
const STORE_BUSY = "store_busy";

/** Whether the verb may do better in a moment. */
export function isStoreUnreachable(error: unknown): error is Error {
  if (!(error instanceof Error && "code" in error)) return false;
  return error.code === STORE_UNREACHABLE || error.code === STORE_BUSY;
}

/** Position in the stream of changes; grows with every change. 0 is before the first. */
export type Cursor = number;

export type InsertOutcome =
  | { kind: "inserted"; job: Job }
  /** A job of the same place that is not ended has this destination already, or a job has the id that was given. */
  | { kind: "existing"; job: Job };

export type ApplyOutcome =
  | { kind: "applied"; job: Job }
  | { kind: "unknown" }
  /** The rules refuse the event in the job's present state. */
  | { kind: "refused"; job: Job; refusal: string }
  /** The lease given is not the job's present lease: somebody else works on it now. */
  | { kind: "lease_lost"; job: Job }
  /** The job would take up a destination that another one has taken meanwhile (retry). */
  | { kind: "destination_taken"; job: Job; by: JobId };

export type AdjustOutcome =
  /** `changed` is false where the job was so already. */
  | { kind: "adjusted"; job: Job; changed: boolean }
  | { kind: "unknown" }
  /** It makes no sense for the job any more. */
  | { kind: "refused"; job: Job; refusal: string };

/** A limit for all transfers that a person has put in the place of the setting's. */
export interface StoredLimit {
  /** As a schedule is written. */
  text: string;
  changedAt: number;
}

/** What a running step found out about its file. */
export interface Description {
  name: string;
  destination: string;
  bytesTotal: number | null;
}

export type DescribeOutcome = "described" | "lease_lost" | "destination_taken";

export const JOB_SORTS = ["newest", "oldest", "name", "size", "priority"] as const;
export type JobSort = (typeof JOB_SORTS)[number];

export interface JobFilter {
  kinds?: readonly JobStateKind[];
  /** Name of a node or id of a host. */
  place?: string;
  /** Words: each is a part of the name, the destination or the source, upper and lower case alike. */
  search?: string;
  ids?: readonly JobId[];
  /** Only members of this group. */
  group?: GroupId;
}

export interface JobQuery extends JobFilter {
  sort: JobSort;
  /** 1 to 1000. */
  limit: number;
  /** As given by the page before. */
  after?: string;
}

/** `after` is not a cursor of a page with this sort: it was cut, made up, or is of another query. */
export class InvalidPageCursor extends Error {
  constructor() {
    super("this is not a cursor of a page with this sort");
    this.name = "InvalidPageCursor";
  }
}

export interface JobPage {
  jobs: Job[];
  /** Null on the last page. */
  next: string | null;
}

/** What of a lane may run at once. A lane is a place: jobs of one lane share a limit. */
export interface LaneLimit {
  /** `node:<name>` or `ssh:*` (each instance is a lane of its own, all with this limit). */
  lane: string;
  limit: number;
  /** At this hour only jobs that a person lets run all the same. */
  onlyNow?: boolean;
}

export interface ClaimRequest {
  owner: string;
  now: number;
  leaseMs: number;
  lanes: readonly LaneLimit[];
  /** In these lanes a job that has waited since before then goes first, the longest wait foremost. */
  longest?: { isTurn: (lane: string) => boolean; since: number };
}

/** One change of one job. What it says is read from the job itself: only the latest counts. */
export interface Change {
  cursor: Cursor;
  jobId: JobId;
  /** `group`: `jobId` is that of a group, which is gone. */
  kind: "job" | "removed" | "group";
}

export interface ChangePage {
  changes: Change[];
  /** The cursor to ask from next time. */
  cursor: Cursor;
  /** True if changes after the cursor asked for were already forgotten: take a snapshot. */
  gap: boolean;
}

/** A runner's word on one job: the lease is renewed and the progress saved, or the lease is lost. */
export interface Heartbeat {
  id: JobId;
  lease: LeaseRef;
  progress: Progress;
}

export type JobCounts = Record<JobStateKind, number>;

export interface JobStore {
  /** `id` is given by another program that knows the job by it already, else a new one is made. */
  insert(draft: JobDraft, now: number, id?: JobId): Promise<InsertOutcome>;
  /** The same for several, in their order and in one transaction: some hundreds at a time, nobody else writes then. */
  insertAll(drafts: readonly JobDraft[], now: number): Promise<InsertOutcome[]>;

  get(id: JobId): Promise<Job | null>;
  /** The job of this place with this destination that is not ended, else the last one that ended. */
  findByDestination(placeName: string, destination: string): Promise<Job | null>;
  /** @throws InvalidPageCursor */
  list(query: JobQuery): Promise<JobPage>;
  counts(): Promise<JobCounts>;
  /** Oldest first. Null if the job is unknown. */
  history(id: JobId): Promise<HistoryLine[] | null>;

  /**
   * The only verb that changes a job's state: `next()` decides, then row, history line and change
   * are written in one transaction, synced before the promise resolves.
   * A runner gives its lease; without one the event is a person's or the janitor's.
   */
  apply(id: JobId, event: JobEvent, now: number, lease?: LeaseRef): Promise<ApplyOutcome>;

  /** Takes the next waiting job of a lane with room: what waited too long, highest priority, then oldest. Null if none. */
  claim(request: ClaimRequest): Promise<Job | null>;
  /** Writes down what a run found out about its file. Under the lease. */
  describe(id: JobId, description: Description, now: number, lease: LeaseRef): Promise<DescribeOutcome>;
  /** Renews leases and saves progress, all in one transaction. Answers which jobs are no longer the owner's. */
  heartbeat(beats: readonly Heartbeat[], expiresAt: number): Promise<JobId[]>;
  /** How far running jobs were, by what was saved last, whose lease another owner than this one holds. */
  runningElsewhere(owner: string): Promise<{ id: JobId; progress: Progress }[]>;
  /** Running jobs whose lease ran out before `now`. */
  expired(now: number): Promise<Job[]>;

  /** Changes a job's priority or limit. A new limit is a line of the history; the state stays. */
  adjust(id: JobId, adjustment: Adjustment, now: number): Promise<AdjustOutcome>;
  /** Forgets ended jobs; answers the ones it removed. Jobs that are not ended stay. */
  remove(filter: JobFilter & { endedBefore?: number }, now: number): Promise<Job[]>;

  /** Changes after the cursor, oldest first, at most `limit`. */
  changesAfter(cursor: Cursor, limit: number): Promise<ChangePage>;
  /** The newest cursor. */
  cursor(): Promise<Cursor>;
  /** Called after every committed change of this process, and when another process was seen to change something. */
  onChange(listener: () => void): () => void;

  /** Null: nobody has changed it, the setting holds. No change of a job: whoever keeps to it looks again and again. */
  overallLimit(): Promise<StoredLimit | null>;
  /** @param text null gives the change up: the setting holds again */
  setOverallLimit(text: string | null, now: number): Promise<void>;

  readonly hosts: HostStore;
  /** Host keys that people have said yes to. */
  readonly acceptedKeys: AcceptedKeys;
  /** The machines that share this store. */
  readonly nodes: NodeStore;
  /** Who may ask for what. */
  readonly access: AccessStore;
  /** What the index of a machine's files found out. */
  files(node: string): FileStore;
  /** Settings that people have changed. */
  readonly settings: SettingsStore;
  /** What is told to people and programs, and on which ways. */
  readonly notices: NoticeStore;
  /** What was asked for in one go. */
  readonly groups: GroupStore;
  /** Files that machines of one site fetch once and give to each other. */
  readonly sharing: SharingStore;

  /**
   * The time that all who share the store go by, epoch milliseconds: where several machines do, it is the database's, so
   * that a machine whose clock is wrong, or is set while we look, neither frees what is alive, nor forgets what is new,
   * nor puts off what is due. Every `now` here is of it.
   */
  now(): number;

  /** Small facts that outlive a restart (imports done, and the like). */
  getFact(key: string): Promise<string | null>;
  setFact(key: string, value: string): Promise<void>;

  close(): Promise<void>;
}
