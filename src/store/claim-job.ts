import { sql } from "kysely";
import type { Lease } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { next } from "../job/next.ts";
import type { ClaimRequest } from "../job/store-contract.ts";
import type { Backend } from "./backend.ts";
import { decodeJob } from "./decode-job.ts";
import { freeSlot, lanesWithRoom } from "./lanes.ts";
import type { Db, JobRow } from "./schema.ts";
import { writeTransition } from "./transition.ts";

interface Candidate {
  sequence: number;
  limit: number;
}

export async function claimJob(backend: Backend, request: ClaimRequest): Promise<Job | null> {
  // Looking costs no lock: idle runners that look every second do not get into each other's way.
  if ((await findCandidate(backend.db, request)) === null) return null;
  return backend.write(async (trx) => {
    // Others may have claimed since the look.
    const candidate = await findCandidate(trx, request);
    if (candidate === null) return null;
    const row = await backend
      .claimable(trx.selectFrom("jobs").selectAll().where("sequence", "=", candidate.sequence))
      .executeTakeFirst();
    // Somebody has a hand on it: the next look is a moment away.
    if (row === undefined) return null;
    const slot = freeSlot(await takenSlots(trx, row.lane), candidate.limit);
    return slot === null ? null : await take(trx, row, slot, leaseOf(request, row, backend), request.now);
  });
}

function leaseOf({ owner, now, leaseMs }: ClaimRequest, { epoch }: JobRow, backend: Backend): Lease {
  return { owner, epoch: epoch + 1, expiresAt: now + leaseMs + backend.leaseClockAheadMs() };
}

async function take(trx: Db, row: JobRow, slot: number, lease: Lease, now: number): Promise<Job> {
  const event = { type: "claimed", lease } as const;
  const job = decodeJob(row);
  const step = next(job.state, event);
  if (!step.ok) throw new Error(`the queue offered job ${row.id}, but ${step.refusal}`);
  return writeTransition(trx, { row, job, event, state: step.state, reason: step.reason, now, slot });
}

/** The job to go next: of each lane with room its first, and of these the first. */
async function findCandidate(db: Db, { lanes, now, longest }: ClaimRequest): Promise<Candidate | null> {
  const loads = await db
    .selectFrom("job_counts")
    .select(["lane", "kind", "n"])
    .where("kind", "in", ["pending", "running"])
    .where("n", ">", 0)
    .execute();
  const room = lanesWithRoom(loads, lanes);
  if (room.size === 0) return null;
  const candidate = (first: { sequence: number; lane: string }): Candidate => ({
    sequence: first.sequence,
    limit: room.get(first.lane) ?? 0,
  });
  const due = longest === undefined ? [] : [...room.keys()].filter(longest.isTurn);
  if (longest !== undefined && due.length > 0) {
    const waiting = await findLongest(db, due, longest.since, now);
    if (waiting !== null) return candidate(waiting);
  }
  const first = await findFirst(db, [...room.keys()], now);
  return first === null ? null : candidate(first);
}

type Found = { sequence: number; lane: string };

/** Of these lanes the job that has waited longest, if that is since `since` or before. */
async function findLongest(
  db: Db,
  lanes: readonly string[],
  since: number,
  now: number,
): Promise<Found | null> {
  let longest: (Found & { updated_at: number }) | null = null;
  // One after the other: of each lane the index gives the first at once.
  for (const lane of lanes) {
    const found = await db
      .selectFrom("jobs")
      .select(["sequence", "lane", "updated_at"])
      .where("lane", "=", lane)
      // In the statement's own text: only then may the index of the waiting ones be used.
      .where("kind", "=", sql.lit("pending"))
      .where("waits_for", "is", null)
      .where("updated_at", "<=", since)
      .where("not_before", "<=", now)
      .orderBy("updated_at")
      .orderBy("sequence")
      .limit(1)
      .executeTakeFirst();
    if (found !== undefined && (longest === null || found.updated_at < longest.updated_at)) longest = found;
  }
  return longest;
}

/** Of each of these lanes its first, and of these the first. */
async function findFirst(db: Db, lanes: readonly string[], now: number): Promise<Found | null> {
  const first = await db
    .selectFrom("jobs")
    .select(["sequence", "lane"])
    .where("sequence", "in", (eb) =>
      eb
        .selectFrom("job_counts")
        .select(({ selectFrom }) =>
          selectFrom("jobs as waiting")
            .select("waiting.sequence")
            .whereRef("waiting.lane", "=", "job_counts.lane")
            // In the statement's own text: only then may the index of the claimable ones be used.
            .where("waiting.kind", "=", sql.lit("pending"))
            .where("waiting.waits_for", "is", null)
            .where("waiting.not_before", "<=", now)
            .orderBy("waiting.rank")
            .orderBy("waiting.sequence")
            .limit(1)
            .as("sequence"),
        )
        .where("job_counts.kind", "=", "pending")
        .where("job_counts.lane", "in", lanes),
    )
    .orderBy("rank")
    .orderBy("sequence")
    .limit(1)
    .executeTakeFirst();
  return first ?? null;
}

async function takenSlots(trx: Db, lane: string): Promise<(number | null)[]> {
  const rows = await trx
    .selectFrom("jobs")
    .select("slot")
    .where("kind", "=", sql.lit("running"))
    .where("lane", "=", lane)
    .execute();
  return rows.map(({ slot }) => slot);
}
