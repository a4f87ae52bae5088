/** Between the words of the wire and those of the engine. */
import type { BulkFilter } from "../../engine/engine-contract.ts";
import type { FileMap } from "../../job/file-map.ts";
import type { JobRequest } from "../../job/catalog-contract.ts";
import { STATUS_OF } from "../../job/job-state.ts";
import type { JobStateKind } from "../../job/job-state.ts";
import type { HistoryLine } from "../../job/job.ts";
import type { MoveTarget } from "../../job/plan-move.ts";
import { redactText } from "../../job/redact.ts";
import type { JobCounts, JobFilter, JobQuery } from "../../job/store-contract.ts";
import type { Status } from "../../wire/job-message.ts";
import { MAP_RANGES } from "../../wire/requests.ts";
import type {
  HistoryMessage,
  JobActionsRequest,
  JobListMessage,
  JobListQuery,
  JobRequestMessage,
  MapMessage,
  MoveRequest,
} from "../../wire/requests.ts";

const KIND_OF = Object.fromEntries(
  Object.entries(STATUS_OF).map(([kind, status]) => [status, kind]),
) as Record<Status, JobStateKind>;

export function toJobRequest(message: JobRequestMessage): JobRequest {
  return {
    source: message.source,
    to: message.to ?? null,
    path: message.path ?? null,
    sha256: message.sha256?.toLowerCase() ?? null,
    size: message.size ?? null,
    headers: message.headers ?? {},
    mirrors: message.mirrors ?? [],
    priority: message.priority ?? 0,
    limitBytesPerSecond: message.limit_rate ?? null,
    replace: message.replace ?? false,
    after: message.after?.toLowerCase() ?? null,
    afterRun: message.after_run ?? null,
    include: message.include ?? [],
    exclude: message.exclude ?? [],
    withInfo: message.with_info ?? false,
    reuse: message.reuse ?? null,
    layout: message.layout ?? null,
  };
}

export function toJobQuery({ status, host, search, group, sort, limit, cursor }: JobListQuery): JobQuery {
  return {
    ...toFilter({ status, host, search, group }),
    sort,
    limit,
    ...(cursor === undefined ? {} : { after: cursor }),
  };
}

export function toBulkFilter({ ids, filter = {} }: Pick<JobActionsRequest, "ids" | "filter">): BulkFilter {
  const found = toFilter(filter);
  if (ids !== undefined) return { ...found, ids: [...new Set(ids.map((id) => id.toLowerCase()))] };
  const { kind, ended_before: end } = filter;
  if (kind === undefined && end === undefined) return found;
  const endedBefore = end === undefined ? Infinity : Date.parse(end);
  return {
    ...found,
    matches: ({ source, endedAt }) =>
      (kind === undefined || source.kind === kind) &&
      (end === undefined || (endedAt !== null && endedAt <= endedBefore)),
  };
}

/** Where in the queue, or null where another priority is wanted. */
export function toMoveTarget({ to, before, behind }: MoveRequest): MoveTarget | null {
  if (to !== undefined) return { to };
  if (before !== undefined) return { before: before.toLowerCase() };
  return behind === undefined ? null : { behind: behind.toLowerCase() };
}

export function toCountsMessage(counts: JobCounts): JobListMessage["counts"] {
  return Object.fromEntries(
    Object.entries(STATUS_OF).map(([kind, status]) => [status, counts[kind as JobStateKind]]),
  ) as JobListMessage["counts"];
}

export function toHistoryMessage(lines: readonly HistoryLine[]): HistoryMessage {
  return {
    history: lines.map(({ at, from, to, reason, failure }) => ({
      at: new Date(at).toISOString(),
      from: from === null ? null : STATUS_OF[from],
      to: STATUS_OF[to],
      reason: redactText(reason),
      code: failure?.code ?? null,
    })),
  };
}

export function toMapMessage({ size, done, fetching }: FileMap): MapMessage {
  return {
    size,
    done: done.slice(0, MAP_RANGES).map(([start, end]) => [start, end]),
    fetching: fetching.map(({ start, position, end, bytesPerSecond }) => ({
      start,
      position,
      end,
      bytes_per_second: bytesPerSecond === null ? null : Math.round(bytesPerSecond),
    })),
  };
}

function toFilter(given: {
  status?: readonly Status[] | undefined;
  host?: string | undefined;
  search?: string | undefined;
  group?: string | undefined;
}): JobFilter {
  return {
    ...(given.status === undefined ? {} : { kinds: given.status.map((status) => KIND_OF[status]) }),
    ...(given.host === undefined ? {} : { place: given.host }),
    ...(given.search === undefined ? {} : { search: given.search }),
    ...(given.group === undefined ? {} : { group: given.group.toLowerCase() }),
  };
}
