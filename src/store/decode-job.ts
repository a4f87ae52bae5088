import type { Selectable } from "kysely";
import type { Failure } from "../job/failure.ts";
import type { ChecksumState, HistoryLine, Job, Step } from "../job/job.ts";
import { readGroupIds } from "./groups/change-members.ts";
import { placeOf } from "./job-columns.ts";
import type { HistoryTable, JobRow } from "./schema.ts";
import { StoreError } from "./store-error.ts";

/** The job of a row. @throws StoreError if a column does not hold what was written there */
export function decodeJob(row: JobRow): Job {
  const parse = <T extends object>(column: JsonColumn, isWhole: (value: T) => boolean): T =>
    decode(row[column], `'${column}' of job ${row.id}`, isWhole);
  const state = parse<Job["state"]>("state", ({ kind }) => kind === row.kind);
  if (state.kind === "running") state.lease.expiresAt = row.lease_expires_at ?? 0;
  return {
    id: row.id,
    sequence: row.sequence,
    source: parse<Job["source"]>("source", hasKind),
    place: placeOf(row),
    steps: parse<Step[]>("steps", (steps) => Array.isArray(steps) && steps.every(hasKind)),
    name: row.name,
    destination: row.destination,
    priority: 0 - row.rank,
    limitBytesPerSecond: row.limit_rate,
    after: row.after_id,
    afterRun: row.after_run,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    state,
    waitsFor: row.waits_for,
    ...sharingOf(row),
    runsNow: row.runs_now === 1,
    groups: readGroupIds(row.group_ids),
    progress: parse<Job["progress"]>("progress", ({ bytesDone }) => typeof bytesDone === "number"),
    checksumState:
      row.kind === "complete" && row.checksum_state !== null
        ? parse<ChecksumState>("checksum_state", hasKind)
        : null,
  };
}

function sharingOf({ share_key, share_site, share_node }: JobRow): Pick<Job, "sharing"> {
  if (share_key === null) return {};
  return { sharing: { key: share_key, site: share_site ?? "", waitsForNode: share_node } };
}

export function decodeHistoryLine(row: Selectable<HistoryTable>): HistoryLine {
  return {
    at: row.at,
    from: row.from_kind,
    to: row.to_kind,
    reason: row.reason,
    failure:
      row.failure === null
        ? null
        : decode<Failure>(row.failure, "a line of the history", ({ code }) => typeof code === "string"),
  };
}

type JsonColumn = "state" | "source" | "steps" | "progress" | "checksum_state";

/** We wrote it, so its shape is known; what is checked is that disk and people left it alone. */
export function decode<T extends object>(
  text: string | null,
  what: string,
  isWhole: (value: T) => boolean,
): T {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "null");
  } catch (error) {
    throw damaged(what, error);
  }
  if (typeof value !== "object" || value === null || !isWhole(value as T)) throw damaged(what);
  return value as T;
}

function hasKind(value: { kind: string } | null): boolean {
  return typeof value?.kind === "string";
}

function damaged(what: string, cause?: unknown): StoreError {
  return new StoreError(
    "store_damaged",
    `The database is damaged: ${what} is not what was written. Put a backup of the database in its place.`,
    cause,
  );
}
