/** Files that machines of one site fetch once and give to each other. */
import type { FileStamp } from "../file-stamp.ts";
import type { ChecksumState, Job, JobId } from "../job.ts";

/** Within what a group is shared. */
export const SHARES = ["site"] as const;
export type Share = (typeof SHARES)[number];

/** The label by whose value machines are of one site. */
export const SITE_LABEL = "site";

/** What a new job shares with others. */
export interface SharingDraft {
  /** The same for all jobs that share the file. */
  key: string;
  /** What they are of. */
  site: string;
}

export interface Sharing extends SharingDraft {
  /** The machine that it waits for, which fetches the file; null where it does not wait for one. */
  waitsForNode: string | null;
}

/** A file as its machine hands it out. */
export interface SharedFile {
  /** Lower-case hexadecimal. */
  sha256: string;
  stamp: Pick<FileStamp, "inode" | "size" | "mtimeNs">;
}

/** A machine that has the file. */
export interface Giver {
  job: JobId;
  node: string;
  /** Where it hands out files: `http://10.0.0.5:8868`. */
  address: string;
  file: SharedFile;
  /** Its name there. */
  name: string;
  /** What its job found out about the bytes. */
  checksumState: ChecksumState | null;
}

/** How a job that shares its file is to get it. */
export type SharedWay =
  | { kind: "origin" }
  /** That machine fetches it; this one has to wait. */
  | { kind: "wait"; node: string }
  /** Not empty. */
  | { kind: "givers"; site: string; givers: readonly Giver[] };

/** A complete job of a machine whose file others wait for. */
export type UnreadShare = Pick<Job, "id" | "destination" | "checksumState">;

/** Part of the store. */
export interface SharingStore {
  /**
   * How a job at work gets its file. Where it has to be fetched from its origin, the job has the part of the first from
   * now on.
   *
   * @param failed jobs of machines that were asked for it, and nothing came of it: they are not named again
   */
  wayOf(job: JobId, failed: readonly JobId[], now: number): Promise<SharedWay>;
  /** Looks who waits for whom, and changes what does not hold any more: machines go away without a word. */
  settle(now: number): Promise<void>;
  /** Complete jobs of this machine of whose files nobody has said yet whether they can be had, though others want them. */
  unread(node: string): Promise<UnreadShare[]>;
  /** The file of a complete job can be had, or (null) cannot. */
  publish(job: JobId, file: SharedFile | null, now: number): Promise<void>;
  /** What a job of this machine hands out; null: nothing. */
  find(job: JobId, node: string): Promise<{ path: string; file: SharedFile } | null>;
  /** What requests between machines are signed with; made when it is first asked for. */
  secret(): Promise<string>;
}

/** Signs what is asked of other machines. */
export type SignRequest = (job: JobId, step: number) => Promise<string>;

/** Where a machine hands out a file, under its address. */
export function sharedPath(job: JobId, step: number): string {
  return `/shared/${job}/${step}`;
}
