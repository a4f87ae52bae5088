/** All that is at work, in one line: for the header, the tab's title and the favicon. Pure. */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { groupOf } from "./group-jobs.ts";

export interface Totals {
  active: number;
  waiting: number;
  problems: number;
  bytesPerSecond: number;
  /** Of the active and waiting jobs whose length is known. */
  bytesDone: number;
  bytesTotal: number;
  /** Whole percent of the active jobs of known length, 0 to 99; null if there is none. */
  percent: number | null;
  /** Until everything of known length is here at its present speed; null while nobody can tell. */
  etaSeconds: number | null;
  /** Active or waiting jobs whose length nobody knows yet. */
  unknownLengths: number;
}

export function sumUp(jobs: Iterable<JobMessage>): Totals {
  const sum = { active: 0, waiting: 0, problems: 0, bytesPerSecond: 0, bytesDone: 0, bytesTotal: 0 };
  const active = { done: 0, total: 0 };
  let unknownLengths = 0;
  let knownSpeed = 0;
  for (const job of jobs) {
    const group = groupOf(job);
    if (group === "problem") sum.problems++;
    if (group !== "active" && group !== "waiting") continue;
    sum[group]++;
    sum.bytesPerSecond += job.progress.bytes_per_second;
    const { bytes_done: done, bytes_total: total } = job.progress;
    if (total === null) {
      unknownLengths++;
      continue;
    }
    knownSpeed += job.progress.bytes_per_second;
    sum.bytesDone += Math.min(done, total);
    sum.bytesTotal += total;
    if (group === "active") {
      active.done += Math.min(done, total);
      active.total += total;
    }
  }
  return {
    ...sum,
    unknownLengths,
    percent: active.total === 0 ? null : Math.min(99, Math.floor((100 * active.done) / active.total)),
    etaSeconds: knownSpeed <= 0 ? null : (sum.bytesTotal - sum.bytesDone) / knownSpeed,
  };
}

/** Many ask for the totals of one and the same map: added up once. */
const known = new WeakMap<ReadonlyMap<string, JobMessage>, Totals>();

export function totalsOf(jobs: ReadonlyMap<string, JobMessage>): Totals {
  let totals = known.get(jobs);
  if (totals === undefined) {
    totals = sumUp(jobs.values());
    known.set(jobs, totals);
  }
  return totals;
}
