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
import { findKept, mayRun, readLanes, sortLanes } from "./who-claims.ts";

/**
 * Of the whole queue so many jobs from its front are looked at before each lane is: where most lanes have room, the next
 * job is among them, and that costs the same for three lanes and for ten thousand.
 */
const FRONT_LENGTH = 64;

interface Candidate {
  sequence: number;
  /** Of its lane. */
  limit: number;
  /** Its lane is closed to jobs that nobody lets run now. */
  onlyNow: boolean;
}

export async function claimJob(backend: Backend, request: ClaimRequest): Promise<Job | null> {
  // Looking costs no lock: idle runners that look every second do not get into each other's way.
  const seen = await findCandidate(backend, backend.db, request);
  if (seen === null) return null;
  return backend.write(async (trx) => {
    const taken = await tryTake(backend, trx, seen, request);
    if (taken !== null) return taken;
    // Others were quicker.
    const other = await findCandidate(backend, trx, request);
    return other === null ? null : await tryTake(backend, trx, other, request);
  });
}

/** Null: it is not to be had any more, or somebody has a hand on it (the next look is a moment away). */
async function tryTake(
  backend: Backend,
  trx: Db,
  { sequence, limit, onlyNow }: Candidate,
  request: ClaimRequest,
): Promise<Job | null> {
  const found = trx
    .selectFrom("jobs")
    .selectAll()
    .where("sequence", "=", sequence)
    .where("kind", "=", "pending")
    .where("waits_for", "is", null)
    .where("not_before", "<=", request.now);
  const row = await backend.claimable(onlyNow ? found.where("runs_now", "=", 1) : found).executeTakeFirst();
  if (row === undefined) return null;
  if (!(await mayRun(trx, row.lane, request.owner))) return null;
  const slot = freeSlot(await takenSlots(trx, row.lane), limit);
  return slot === null ? null : await take(trx, row, slot, leaseOf(request, row), request.now);
}

function leaseOf({ owner, now, leaseMs }: ClaimRequest, { epoch }: JobRow): Lease {
  return { owner, epoch: epoch + 1, expiresAt: now + leaseMs };
}

async function take(trx: Db, row: JobRow, slot: number, lease: Lease, now: number): Promise<Job> {
  const event = { type: "claimed", lease } as const;
  const job = decodeJob(row);
  const step = next(job.state, event);
  if (!step.ok) throw new Error(`the queue offered job ${row.id}, but ${step.refusal}`);
  return writeTransition(trx, { row, job, event, state: step.state, reason: step.reason, now, slot });
}

/** The job to go next: of each lane with room its first, and of these the first. */
async function findCandidate(
  backend: Backend,
  db: Db,
  { owner, lanes, now, longest }: ClaimRequest,
): Promise<Candidate | null> {
  const seen = await readLanes(db);
  const all = lanesWithRoom(seen, lanes);
  if (all.size === 0) return null;
  const { open: room, kept } = await sortLanes(db, all, seen, { owner, now });
  const closed = new Set(lanes.flatMap(({ lane, onlyNow }) => (onlyNow === true ? [lane] : [])));
  const open = new Set([...room.keys()].filter((lane) => !closed.has(lane)));
  const candidate = ({ sequence, lane }: Found, onlyNow = false): Candidate => ({
    sequence,
    limit: all.get(lane) ?? 0,
    onlyNow,
  });
  const due = longest === undefined ? [] : [...open].filter(longest.isTurn);
  if (longest !== undefined && due.length > 0) {
    const waiting = await findLongest(db, due, longest.since, now);
    if (waiting !== null) return candidate(waiting);
  }
  // A lane's limit is its own: which lane is looked at first makes no difference to the others.
  const first = (await findInFront(db, open, now)) ?? (await findFirst(backend, db, [...open], now));
  if (first !== null) return candidate(first);
  const shut = [...room.keys()].filter((lane) => closed.has(lane));
  const anyway = await findNow(db, shut, now);
  if (anyway !== null) return candidate(anyway, true);
  const left = await findKept(db, kept, now);
  return left === null ? null : candidate(left);
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

/** Of these lanes the first of the jobs that run whatever the hour. */
async function findNow(db: Db, lanes: readonly string[], now: number): Promise<Found | null> {
  for (const lane of lanes) {
    const found = await db
      .selectFrom("jobs")
      .select(["sequence", "lane"])
      .where("lane", "=", lane)
      // In the statement's own text: only then may the index of these be used.
      .where("kind", "=", sql.lit("pending"))
      .where("waits_for", "is", null)
      .where("runs_now", "=", sql.lit(1))
      .where("not_before", "<=", now)
      .orderBy("rank")
      .orderBy("sequence")
      .limit(1)
      .executeTakeFirst();
    if (found !== undefined) return found;
  }
  return null;
}

/** The first of the queue that may go, if it is at the very front. */
async function findInFront(db: Db, lanes: ReadonlySet<string>, now: number): Promise<Found | null> {
  if (lanes.size === 0) return null;
  const front = await db
    .selectFrom("jobs")
    .select(["sequence", "lane", "waits_for", "not_before"])
    .where("kind", "=", "pending")
    .orderBy("rank")
    .orderBy("sequence")
    .limit(FRONT_LENGTH)
    .execute();
  const first = front.find(
    ({ lane, waits_for, not_before }) => lanes.has(lane) && waits_for === null && not_before <= now,
  );
  return first ?? null;
}

/** Of each of these lanes its first, and of these the first. */
async function findFirst(
  { idTable }: Backend,
  db: Db,
  lanes: readonly string[],
  now: number,
): Promise<Found | null> {
  if (lanes.length === 0) return null;
  const first = await db
    .selectFrom("jobs")
    .select(["sequence", "lane"])
    .where("sequence", "in", (eb) =>
      // As a table, not as a list: the statement stays the same however many lanes there are.
      eb.selectFrom(idTable(lanes).as("asked")).select(({ selectFrom }) =>
        selectFrom("jobs as waiting")
          .select("waiting.sequence")
          .whereRef("waiting.lane", "=", "asked.id")
          // In the statement's own text: only then may the index of the claimable ones be used.
          .where("waiting.kind", "=", sql.lit("pending"))
          .where("waiting.waits_for", "is", null)
          .where("waiting.not_before", "<=", now)
          .orderBy("waiting.rank")
          .orderBy("waiting.sequence")
          .limit(1)
          .as("sequence"),
      ),
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
