/** Writes a state change: row, history line, change and counts, in the caller's transaction. */
import type { Failure } from "../job/failure.ts";
import type { JobEvent } from "../job/job-event.ts";
import { isEnded } from "../job/job-state.ts";
import type { JobState } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { atEnd, atRest } from "../job/progress.ts";
import type { Progress } from "../job/progress.ts";
import { recordChanges } from "./changes.ts";
import { decodeJob } from "./decode-job.ts";
import { recordLine } from "./history.ts";
import { sizeKey } from "./job-columns.ts";
import { shiftCount } from "./job-counts.ts";
import { noteRun } from "./hosts/note-run.ts";
import { noteTransition } from "./notify/note-notices.ts";
import type { Db, JobRow } from "./schema.ts";
import { settleRow } from "./sharing/settle-site.ts";

/** Of one statement: databases limit how many values it has. */
const CHANGES_AT_ONCE = 1_000;

export interface Transition {
  row: JobRow;
  job: Job;
  event: JobEvent;
  state: JobState;
  reason: string;
  now: number;
  /** Place in the lane, for a claim. */
  slot?: number;
}

export async function writeTransition(trx: Db, transition: Transition): Promise<Job> {
  const { row, job, event, state, reason, now } = transition;
  const progress = progressAfter(job.progress, job.state, state, event);
  const updated = await trx
    .updateTable("jobs")
    .set({
      ...stateColumns(transition),
      ...checksumColumn(event),
      progress: JSON.stringify(progress),
      size_key: sizeKey(progress.bytesTotal),
      updated_at: now,
      runs_now: runsNowAfter(row, state, event),
      // Bytes that are fetched anew are others.
      ...(state.kind === "running" ? { share_file: null } : {}),
      started_at: event.type === "claimed" ? (row.started_at ?? now) : row.started_at,
    })
    .where("sequence", "=", row.sequence)
    .returningAll()
    .executeTakeFirstOrThrow();
  await recordLine(trx, row.sequence, {
    at: now,
    from: job.state.kind,
    to: state.kind,
    reason,
    failure: failureOf(state, event),
  });
  await recordChanges(trx, [row.id], "job", now);
  if (isEnded(job.state) !== isEnded(state)) await tellFollowers(trx, row.id, isEnded(state), now);
  await shiftCount(trx, row.lane, job.state.kind, state.kind);
  const settled = job.state.kind === state.kind ? updated : await settleRow(trx, updated, now);
  const changed = decodeJob(settled);
  await noteRun(trx, changed.place, job.state, state, event, now);
  await noteTransition(trx, changed, event, now);
  return changed;
}

type StateColumns = Pick<
  JobRow,
  "kind" | "state" | "not_before" | "epoch" | "slot" | "lease_owner" | "lease_expires_at" | "ended_at"
>;

function stateColumns({ row, state, now, slot }: Transition): StateColumns {
  const lease = state.kind === "running" ? state.lease : null;
  return {
    kind: state.kind,
    state: JSON.stringify(state),
    not_before: state.kind === "pending" ? state.notBefore : 0,
    epoch: lease?.epoch ?? row.epoch,
    slot: lease === null ? null : (slot ?? row.slot),
    lease_owner: lease?.owner ?? null,
    lease_expires_at: lease?.expiresAt ?? null,
    ended_at: isEnded(state) ? now : null,
  };
}

/** What a person says last holds; once the job has ended it is over. */
function runsNowAfter({ runs_now }: JobRow, state: JobState, { type }: JobEvent): number {
  if (type === "now") return 1;
  return type === "pause" || isEnded(state) ? 0 : runs_now;
}

function checksumColumn(event: JobEvent): Partial<Pick<JobRow, "checksum_state">> {
  if (event.type !== "step_done" && event.type !== "found") return {};
  return event.checksumState === null ? {} : { checksum_state: JSON.stringify(event.checksumState) };
}

function progressAfter(progress: Progress, from: JobState, to: JobState, event: JobEvent): Progress {
  if (event.type === "found") {
    // Nothing ran, yet all the bytes are there.
    return { ...atEnd(progress), bytesDone: event.bytes, bytesTotal: event.bytes };
  }
  if (to.kind === "complete") return atEnd(progress);
  return from.kind === "running" && to.kind !== "running" ? atRest(progress) : progress;
}

function failureOf(state: JobState, event: JobEvent): Failure | null {
  if (state.kind === "failed") return state.failure;
  return state.kind === "pending" && event.type === "failed" ? event.failure : null;
}

/** Jobs that come after this one may go as soon as it has ended, and wait again if it is retried. */
async function tellFollowers(trx: Db, id: string, ended: boolean, now: number): Promise<void> {
  const followers = await trx
    .updateTable("jobs")
    .set({ waits_for: ended ? null : id })
    .where("after_id", "=", id)
    .returning(["id", "kind"])
    .execute();
  // What they wait for is another thing now, though their state is the same.
  const waiting = followers.flatMap((follower) => (follower.kind === "pending" ? [follower.id] : []));
  for (let from = 0; from < waiting.length; from += CHANGES_AT_ONCE)
    await recordChanges(trx, waiting.slice(from, from + CHANGES_AT_ONCE), "job", now);
}
