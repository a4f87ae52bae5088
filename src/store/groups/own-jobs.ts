/** Jobs that are in the queue for a group alone: those it takes along when it goes. */
import type { GroupId } from "../../job/group.ts";
import type { JobId } from "../../job/job.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";

/** Added for this group, in no other, and not asked for by themselves since. In the order of the queue. */
export async function findOwnJobs(db: Db, id: GroupId): Promise<JobId[]> {
  const rows = await db
    .selectFrom("job_groups")
    .innerJoin("group_members as member", "member.group_number", "job_groups.number")
    .innerJoin("jobs", "jobs.id", "member.job_id")
    .select("jobs.id")
    .where("job_groups.id", "=", id)
    .where("member.created", "=", 1)
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom("group_members as other")
            .select("other.job_id")
            .whereRef("other.job_id", "=", "member.job_id")
            .whereRef("other.group_number", "<>", "member.group_number"),
        ),
      ),
    )
    .orderBy("jobs.sequence")
    .execute();
  return rows.map((row) => row.id);
}

/** They were asked for by themselves. */
export async function keepJobs({ write, idTable }: Backend, ids: readonly JobId[]): Promise<void> {
  if (ids.length === 0) return;
  await write((trx) =>
    trx
      .updateTable("group_members")
      .set({ created: 0 })
      .where("created", "=", 1)
      .where("job_id", "in", trx.selectFrom(idTable(ids).as("asked")).select("asked.id"))
      .execute(),
  );
}

/** A group goes, and jobs stay that were added for it, for another wants them, too: they are that one's now. */
export async function handOn(trx: Db, groupNumber: number): Promise<void> {
  await trx
    .updateTable("group_members")
    .set({ created: 1 })
    .where("group_number", "<>", groupNumber)
    .where(
      "job_id",
      "in",
      trx
        .selectFrom("group_members as own")
        .innerJoin("jobs", "jobs.id", "own.job_id")
        .select("own.job_id")
        .where("own.group_number", "=", groupNumber)
        .where("own.created", "=", 1),
    )
    .execute();
}
