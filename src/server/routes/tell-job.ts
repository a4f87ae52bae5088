/** A job as it is told at this moment. */
import type { Engine } from "../../engine/engine-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { Job } from "../../job/job.ts";
import { toJobMessage } from "../../wire/job-message.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import type { Moment } from "../../wire/waiting-message.ts";

export interface TellParts {
  engine: Pick<Engine, "overallLimit" | "machines">;
  clock: Pick<Clock, "now">;
}

export function tellJob(job: Job, parts: TellParts): JobMessage {
  return toJobMessage(job, momentOf(parts));
}

export function tellJobs(jobs: readonly Job[], parts: TellParts): JobMessage[] {
  const moment = momentOf(parts);
  return jobs.map((job) => toJobMessage(job, moment));
}

export function momentOf({ engine, clock }: TellParts): Moment {
  const { now, until } = engine.overallLimit();
  return { hours: { open: now.limit !== "off", until }, now: clock.now(), machines: engine.machines().known };
}
