/** What the rest asks of the store about groups. */
import type { Group, GroupDetails, GroupDraft, GroupEnd, GroupId, GroupView, Member } from "./group.ts";
import type { JobId } from "./job.ts";

export interface GroupPage {
  /** Newest first. */
  groups: GroupView[];
  /** To be given as `before` for the next page; null on the last. */
  next: number | null;
}

export interface GroupStore {
  create(draft: GroupDraft, now: number): Promise<Group>;
  /** Jobs become members; those that are so already, and those that are gone, are passed over. */
  join(id: GroupId, members: readonly Member[], now: number): Promise<void>;
  get(id: GroupId): Promise<GroupDetails | null>;
  /** @param before as `next` of the page before said */
  list(limit: number, before?: number): Promise<GroupPage>;
  /** These groups as they are now; those that are gone are left out. */
  look(ids: readonly GroupId[]): Promise<GroupView[]>;
  /** Groups with a job at work. */
  running(): Promise<GroupId[]>;
  /** Jobs that are there for this group alone: added for it, in no other, and not asked for by themselves since. */
  ownJobs(id: GroupId): Promise<JobId[]>;
  /** Somebody asked for these by themselves: no group takes them along when it goes. */
  keepJobs(ids: readonly JobId[]): Promise<void>;
  /**
   * The group is gone, its jobs stay. False: there is none. Where the jobs that were its own are `removed`, those that
   * another group wants, too, are that one's from now on.
   */
  forget(id: GroupId, jobs: GroupEnd, now: number): Promise<boolean>;
  /** Groups are gone that were created before then and have no jobs, nor had any: whoever began them did not get far. */
  forgetEmpty(createdBefore: number, now: number): Promise<GroupId[]>;
}
