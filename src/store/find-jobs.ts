import { ENDED_KINDS } from "../job/job-state.ts";
import type { Job, JobId } from "../job/job.ts";
import type { Progress } from "../job/progress.ts";
import { decode, decodeJob } from "./decode-job.ts";
import type { Db, JobRow } from "./schema.ts";

export async function getJob(db: Db, id: JobId): Promise<Job | null> {
  const row = await db.selectFrom("jobs").selectAll().where("id", "=", id).executeTakeFirst();
  return row === undefined ? null : decodeJob(row);
}

export async function findByDestination(db: Db, placeName: string, destination: string): Promise<Job | null> {
  const row = await db
    .selectFrom("jobs")
    .selectAll()
    .where("destination", "=", destination)
    .where("place_name", "=", placeName)
    // Not ended comes first, then the latest end.
    .orderBy((eb) => eb.case().when("ended_at", "is", null).then(0).else(1).end())
    .orderBy("ended_at", "desc")
    .orderBy("sequence", "desc")
    .limit(1)
    .executeTakeFirst();
  return row === undefined ? null : decodeJob(row);
}

/** The job that holds a destination of a lane now. */
export async function findLive(db: Db, lane: string, destination: string | null): Promise<JobRow | null> {
  if (destination === null) return null;
  const row = await db
    .selectFrom("jobs")
    .selectAll()
    .where("lane", "=", lane)
    .where("destination", "=", destination)
    .where("kind", "not in", ENDED_KINDS)
    .executeTakeFirst();
  return row ?? null;
}

/** Running jobs whose lease has run out. */
export async function expiredJobs(db: Db, now: number): Promise<Job[]> {
  const rows = await db
    .selectFrom("jobs")
    .selectAll()
    .where("kind", "=", "running")
    .where("lease_expires_at", "<=", now)
    .orderBy("sequence")
    .execute();
  return rows.map(decodeJob);
}

export async function runningElsewhere(db: Db, owner: string): Promise<{ id: JobId; progress: Progress }[]> {
  const rows = await db
    .selectFrom("jobs")
    .select(["id", "progress"])
    .where("kind", "=", "running")
    .where("lease_owner", "!=", owner)
    .orderBy("sequence")
    .execute();
  const isProgress = (value: object): boolean => "bytesDone" in value;
  return rows.map(({ id, progress }) => ({
    id,
    progress: decode<Progress>(progress, `'progress' of job ${id}`, isProgress),
  }));
}
