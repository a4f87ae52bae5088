import type { JobEvent } from "../job/job-event.ts";
import type { LeaseRef } from "../job/job-state.ts";
import type { Job, JobId } from "../job/job.ts";
import { next } from "../job/next.ts";
import type { ApplyOutcome } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { decodeJob } from "./decode-job.ts";
import { findLive } from "./find-jobs.ts";
import { noteQuestion } from "./hosts/note-host.ts";
import type { Db, JobRow } from "./schema.ts";
import { writeTransition } from "./transition.ts";

export async function applyEvent(
  backend: Backend,
  id: JobId,
  event: JobEvent,
  now: number,
  lease?: LeaseRef,
): Promise<ApplyOutcome> {
  refuseMisuse(event, lease);
  try {
    return await backend.write((trx) => applyWithin(backend, trx, id, event, now, lease));
  } catch (error) {
    if (!backend.isUniqueViolation(error)) throw error;
    return await explainConflict(backend.db, id, error);
  }
}

/** In the caller's transaction. */
export async function applyWithin(
  backend: Backend,
  trx: Db,
  id: JobId,
  event: JobEvent,
  now: number,
  lease?: LeaseRef,
): Promise<ApplyOutcome> {
  const row = await readLocked(backend, trx, id);
  if (row === null) return { kind: "unknown" };
  const job = decodeJob(row);
  if (lease !== undefined && !holdsLease(job, lease)) return { kind: "lease_lost", job };
  const step = next(job.state, event);
  if (!step.ok) return { kind: "refused", job, refusal: step.refusal };
  const { state, reason } = step;
  // Shown to people with the job: so it is what they may say yes to.
  if (event.type === "asked" && state.kind === "blocked" && job.place.kind === "ssh")
    await noteQuestion(backend, trx, job.place.hostId, event.question, now);
  return { kind: "applied", job: await writeTransition(trx, { row, job, event, state, reason, now }) };
}

export async function readLocked(backend: Backend, trx: Db, id: JobId): Promise<JobRow | null> {
  const row = await backend
    .locked(trx.selectFrom("jobs").selectAll().where("id", "=", id))
    .executeTakeFirst();
  return row ?? null;
}

/** Whether this lease is the job's present one. A later claim has a later epoch: the late writer is out. */
export function holdsLease({ state }: Job, lease: LeaseRef): boolean {
  return state.kind === "running" && state.lease.owner === lease.owner && state.lease.epoch === lease.epoch;
}

/** The only unique index an event can break is that of live destinations (retry). Nothing was written. */
async function explainConflict(db: Db, id: JobId, error: unknown): Promise<ApplyOutcome> {
  const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
  const holder = row === undefined ? null : await findLive(db, row.lane, row.destination);
  if (row === undefined || holder === null || holder.id === id) throw error;
  return { kind: "destination_taken", job: decodeJob(row), by: holder.id };
}

function refuseMisuse(event: JobEvent, lease: LeaseRef | undefined): void {
  switch (event.type) {
    case "claimed":
      throw new TypeError("a job is claimed with claim(): only there the lane's limit is kept");
    case "step_done":
    case "failed":
    case "stopped":
    case "suspended":
    case "asked":
      if (lease === undefined) throw new TypeError(`a runner's '${event.type}' needs the runner's lease`);
      return;
    case "lease_expired":
    case "unsuspended":
    case "found":
    case "given_up":
    case "pause":
    case "resume":
    case "now":
    case "cancel":
    case "retry":
    case "answer":
      return;
    default:
      throw event satisfies never;
  }
}
