/** The list's filter in the words of the server, for what the page does not show. Pure. */
import { SOURCE_KINDS } from "../../../src/job/job.ts";
import type { Status } from "../../../src/wire/job-message.ts";
import type { JobActionsRequest } from "../../../src/wire/requests.ts";
import type { JobFilter } from "../data/group-jobs.ts";
import type { Show } from "./show.ts";

type Filter = NonNullable<JobActionsRequest["filter"]>;

/** Statuses of what is shown; null where the server cannot tell: who waits to be tried again counts as active. */
const STATUSES: Record<Show, Status[] | null> = {
  all: [],
  active: null,
  waiting: null,
  problem: ["FAILED", "HOST_VERIFICATION_NEEDED"],
  paused: ["PAUSED"],
  done: ["COMPLETE", "CANCELLED"],
};

/** Null where it cannot be said: all of these are in the page's list anyway. */
export function toServerFilter(show: Show, { search, place, kind, group }: JobFilter): Filter | null {
  const status = STATUSES[show];
  if (status === null) return null;
  const known = SOURCE_KINDS.find((one) => one === kind);
  return {
    ...(status.length === 0 ? {} : { status }),
    ...(search.trim() === "" ? {} : { search }),
    ...(place === null ? {} : { host: place }),
    ...(known === undefined ? {} : { kind: known }),
    ...(group === null ? {} : { group }),
  };
}

/** How many it finds, where the server's counts say it; null where only looking would tell. */
export function countMatching(filter: Filter, counts: Partial<Record<Status, number>>): number | null {
  const { search, host, kind, group } = filter;
  if ([search, host, kind, group].some((narrowing) => narrowing !== undefined)) return null;
  const statuses = filter.status ?? (Object.keys(counts) as Status[]);
  return statuses.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
}
