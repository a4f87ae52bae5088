/** Writes down what there is to tell, in the transaction that makes it so: it is lost as little as the change itself. */
import type { JobEvent } from "../../job/job-event.ts";
import type { Job } from "../../job/job.ts";
import { noticeOf } from "../../job/notify/notice.ts";
import type { Notice } from "../../job/notify/notice.ts";
import type { Db } from "../schema.ts";

export async function noteTransition(trx: Db, job: Job, event: JobEvent, now: number): Promise<void> {
  const told = noticeOf(job, event, now);
  if (told === null) return;
  const { notice, ripeAt } = told;
  // What was asked for by name is answered for, be it that there is no such command any more.
  const isAsked = typeof notice.subject.afterRun === "string";
  if (!isAsked && !(await isAnybodyToBeTold(trx))) return;
  await write(trx, notice, ripeAt, ripeAt > now ? job.id : null);
}

export async function noteNotice(trx: Db, notice: Notice): Promise<void> {
  if (await isAnybodyToBeTold(trx)) await write(trx, notice, notice.at, null);
}

/** Without a channel nothing is kept: what happened before there was one is nobody's news. */
async function isAnybodyToBeTold(trx: Db): Promise<boolean> {
  const row = await trx
    .selectFrom("channels")
    .select("id")
    .where("is_enabled", "=", 1)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

async function write(trx: Db, notice: Notice, ripeAt: number, jobId: string | null): Promise<void> {
  await trx
    .insertInto("notices")
    .values({ ripe_at: ripeAt, job_id: jobId, body: JSON.stringify(notice) })
    .execute();
}
