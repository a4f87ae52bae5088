/** Who is in which group. A job's own row says it, too, so that whoever tells of a job need not look it up. */
import type { GroupEnd, GroupId, Member } from "../../job/group.ts";
import type { JobId } from "../../job/job.ts";
import type { Backend } from "../backend.ts";
import { recordChanges } from "../changes.ts";
import type { Db, JobRow } from "../schema.ts";
import { handOn } from "./own-jobs.ts";

/** Jobs written in one statement: far below what either database takes. */
const AT_ONCE = 200;

/** The ids of groups as a job's row has them. */
export function readGroupIds(text: string | null): GroupId[] {
  return text === null ? [] : text.split(" ");
}

export async function joinGroup(
  backend: Backend,
  trx: Db,
  id: GroupId,
  members: readonly Member[],
  now: number,
): Promise<void> {
  const group = await trx.selectFrom("job_groups").select("number").where("id", "=", id).executeTakeFirst();
  if (group === undefined) return;
  const known = new Map<JobId, Member>();
  // The second time it is in the queue already, for this very group.
  for (const member of members) if (known.get(member.job)?.created !== true) known.set(member.job, member);
  for (const ids of inParts([...known.keys()])) {
    const jobs = (await readJobs(backend, trx, ids)).filter(
      ({ group_ids }) => !readGroupIds(group_ids).includes(id),
    );
    if (jobs.length === 0) continue;
    await trx
      .insertInto("group_members")
      .values(
        jobs.map((job) => ({
          group_number: group.number,
          job_id: job.id,
          source: known.get(job.id)?.source ?? 0,
          place_kind: job.place_kind,
          place_name: job.place_name,
          gone_bytes: null,
          created: known.get(job.id)?.created === true ? 1 : 0,
        })),
      )
      .execute();
    await trx
      .updateTable("job_groups")
      .set((eb) => ({ joined: eb("joined", "+", jobs.length) }))
      .where("number", "=", group.number)
      .execute();
    for (const job of jobs) await writeGroupIds(trx, job.id, [...readGroupIds(job.group_ids), id]);
    await tell(trx, jobs, now);
  }
}

/** False: there is no such group. */
export async function forgetGroup(
  backend: Backend,
  trx: Db,
  id: GroupId,
  end: GroupEnd,
  now: number,
): Promise<boolean> {
  const group = await trx.selectFrom("job_groups").select("number").where("id", "=", id).executeTakeFirst();
  if (group === undefined) return false;
  if (end === "removed") await handOn(trx, group.number);
  const members = await trx
    .selectFrom("group_members")
    .select("job_id")
    .where("group_number", "=", group.number)
    .execute();
  for (const ids of inParts(members.map(({ job_id }) => job_id))) {
    const jobs = await readJobs(backend, trx, ids);
    for (const job of jobs)
      await writeGroupIds(
        trx,
        job.id,
        readGroupIds(job.group_ids).filter((each) => each !== id),
      );
    if (jobs.length > 0) await tell(trx, jobs, now);
  }
  // Its members go with it (foreign key).
  await trx.deleteFrom("job_groups").where("number", "=", group.number).execute();
  await recordChanges(trx, [id], "group", now);
  return true;
}

/**
 * Jobs were forgotten. What was completed still counts for its groups: a set whose first half came yesterday is half
 * done today. What was not is no part of them any more; a group without any job left is forgotten, too.
 */
export async function leaveGroups(trx: Db, rows: readonly JobRow[], now: number): Promise<void> {
  const members = rows.filter(({ group_ids }) => group_ids !== null);
  for (const { id, kind, progress } of members) {
    if (kind === "complete") {
      const gone_bytes = bytesOf(progress);
      await trx.updateTable("group_members").set({ gone_bytes }).where("job_id", "=", id).execute();
    } else await trx.deleteFrom("group_members").where("job_id", "=", id).execute();
  }
  const groups = [...new Set(members.flatMap(({ group_ids }) => readGroupIds(group_ids)))];
  for (const ids of inParts(groups)) {
    const gone = await trx
      .deleteFrom("job_groups")
      .where("id", "in", ids)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb
              .selectFrom("group_members")
              .select("job_id")
              .whereRef("group_members.group_number", "=", "job_groups.number")
              .where("gone_bytes", "is", null),
          ),
        ),
      )
      .returning("id")
      .execute();
    if (gone.length === 0) continue;
    await recordChanges(
      trx,
      gone.map(({ id }) => id),
      "group",
      now,
    );
  }
}

function bytesOf(progress: string): number {
  const { bytesDone } = JSON.parse(progress) as { bytesDone?: unknown };
  return typeof bytesDone === "number" ? Math.round(bytesDone) : 0;
}

type MemberRow = Pick<JobRow, "id" | "group_ids" | "place_kind" | "place_name">;

function readJobs(backend: Backend, trx: Db, ids: readonly JobId[]): Promise<MemberRow[]> {
  return backend
    .locked(
      trx
        .selectFrom("jobs")
        .select(["id", "group_ids", "place_kind", "place_name"])
        .where("id", "in", ids)
        .orderBy("sequence"),
    )
    .execute();
}

async function writeGroupIds(trx: Db, job: JobId, ids: readonly GroupId[]): Promise<void> {
  const group_ids = ids.length === 0 ? null : ids.join(" ");
  await trx.updateTable("jobs").set({ group_ids }).where("id", "=", job).execute();
}

function tell(trx: Db, jobs: readonly MemberRow[], now: number): Promise<void> {
  return recordChanges(
    trx,
    jobs.map(({ id }) => id),
    "job",
    now,
  );
}

function* inParts<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += AT_ONCE) yield all.slice(from, from + AT_ONCE);
}
