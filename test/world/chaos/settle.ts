/** The quiet after the storm: waits until every job has ended, and asks for another try where one is due. */
import { setTimeout as sleep } from "node:timers/promises";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { deservesRetry, nameOf } from "./judge-jobs.ts";
import type { Work } from "./plan-work.ts";
import type { Stage } from "./stage.ts";
import { askAny, listAll } from "./stage.ts";

const LOOK_MS = 300;
/** A queue that has not ended by then hangs. Looks, not time: a machine that was busy did not wait. */
const LOOKS = 3_000;
/** Looks between two lines about what is waited for. */
const TELL_EVERY = 30;
/** So many jobs that are left are told one by one. */
const TELL_CLOSELY = 3;
/** A job that fails more often than this without any trouble has one of its own. */
const RETRIES = 4;

export async function settle(stage: Stage, works: ReadonlyMap<string, Work>): Promise<JobMessage[]> {
  const retried = new Map<string, number>();
  let jobs: JobMessage[] = [];
  for (let looks = 0; looks < LOOKS; looks += 1) {
    for (const node of stage.rig.nodes) {
      node.look();
      if (!node.isUp) await node.start();
    }
    jobs = (await listAll((path) => askAny(stage, path)))?.jobs ?? jobs;
    const acted = await Promise.all(jobs.map((job) => helpOn(job, stage, works, retried)));
    const open = jobs.filter(isOpen);
    if (open.length === 0 && !acted.includes(true) && looks > 0) return jobs;
    if (looks % TELL_EVERY === TELL_EVERY - 1) tellOpen(stage, open);
    await sleep(LOOK_MS);
  }
  for (const job of jobs.filter(isOpen)) stage.broken.push(`still open: ${lineOf(job)}`);
  return jobs;
}

function tellOpen(stage: Stage, open: readonly JobMessage[]): void {
  const running = open.filter(({ status }) => status === "RUNNING").length;
  stage.note(`${open.length} jobs are open, ${running} of them at work`);
  // A few that are left are looked at closely: one of them may hang.
  if (open.length <= TELL_CLOSELY) for (const job of open) stage.note(`waits for ${lineOf(job)}`);
}

function isOpen({ status }: JobMessage): boolean {
  return !["COMPLETE", "FAILED", "CANCELLED"].includes(status);
}

function lineOf({ id, name, status, place, waiting, paused, retry_at, error, progress }: JobMessage): string {
  const { stage, bytes_done, note } = progress;
  const more = { place: place.name, waiting, paused, retry_at, code: error?.code, stage, bytes_done, note };
  return `${name} (${id}), ${status}: ${JSON.stringify(more)}`;
}

/** What a person would do now. Whether there was something to do. */
async function helpOn(
  job: JobMessage,
  stage: Stage,
  works: ReadonlyMap<string, Work>,
  retried: Map<string, number>,
): Promise<boolean> {
  const work = works.get(nameOf(job) ?? "");
  if (work === undefined) return false;
  if (job.status === "PAUSED" && job.paused?.why === "person") {
    await askAny(stage, `/jobs/${job.id}/resume`, "POST");
    return true;
  }
  const tries = retried.get(job.id) ?? 0;
  if (!deservesRetry(job, work) || tries >= RETRIES) return false;
  retried.set(job.id, tries + 1);
  stage.note(`retry of ${work.name}, which failed with ${job.error?.code}`);
  await askAny(stage, `/jobs/${job.id}/retry`, "POST");
  return true;
}
