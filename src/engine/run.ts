/** One job at work here, and why it may have to end before its time. */
import type { FileMap } from "../job/file-map.ts";
import type { RunnerEvent } from "../job/job-event.ts";
import type { LeaseRef } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { planRetry } from "../job/retry-policy.ts";
import { stalledFailure } from "../job/stall-policy.ts";
import type { RunnerParts } from "./runner-parts.ts";

/** Why a run is being ended before its time. */
export type StopReason = "wish" | "lease_lost" | "stalled" | "closed" | "shutdown";

export interface Run {
  job: Job;
  lease: LeaseRef;
  startedAt: number;
  controller: AbortController;
  /** Aborts when the work is to be left as it is: a command on an instance goes on without us. */
  leave: AbortController;
  stopping: StopReason | null;
  /** Where the bytes of its transfer are; null for a command, or before the first byte. */
  map: () => FileMap | null;
  /** Of the job as it was last heard of: a person may change it while it runs. */
  limitBytesPerSecond: number | null;
  /** A person lets it run whatever the hour, as it was last heard of. */
  runsNow: boolean;
  /** Why downloads may not run, where that ends it. */
  closedNote: string;
  ended: Promise<void>;
}

export function newRun(job: Job, { owner, epoch }: LeaseRef, startedAt: number): Run {
  return {
    job,
    lease: { owner, epoch },
    startedAt,
    controller: new AbortController(),
    leave: new AbortController(),
    stopping: null,
    map: () => null,
    limitBytesPerSecond: job.limitBytesPerSecond,
    runsNow: job.runsNow,
    closedNote: "",
    ended: Promise.resolve(),
  };
}

type StallParts = Pick<RunnerParts, "clock" | "random" | "stallMs" | "retries" | "meter">;

/** What a run that stopped because it was told to means to the job. A wish is the job's own affair. */
export function stoppedEvent(
  { job, stopping: why, closedNote }: Run,
  stopped: RunnerEvent,
  parts: StallParts,
): RunnerEvent {
  if (why === "closed") return { type: "suspended", why: "window", note: closedNote };
  if (why !== "stalled") return stopped;
  return stalledEvent(job, parts);
}

/** It had its time: only who wants it tried again gets that. */
function stalledEvent(
  { id, state, progress }: Job,
  { clock, random, stallMs, retries, meter }: StallParts,
): RunnerEvent {
  const failure = stalledFailure(stallMs());
  const table = retries();
  if (table.stalled === undefined) return { type: "failed", failure, retryAt: null };
  const bytesCame = (meter.progressOf(id)?.bytesDone ?? 0) > progress.bytesDone;
  const before = state.kind === "running" && !bytesCame ? state.failures : 0;
  return {
    type: "failed",
    failure,
    bytesCame,
    retryAt: planRetry(failure, before, clock.now(), random(), table),
  };
}

/** How long a command may be silent depends on what it is: that is looked at where it is followed. */
export function isTransferHere({ state, steps, place }: Job): boolean {
  return state.kind === "running" && steps[state.step]?.kind === "transfer" && place.kind === "node";
}

/** Whether what a job is at goes on without us. */
export function runsApart({ state, steps, place }: Job): boolean {
  return place.kind === "ssh" || ("step" in state && steps[state.step]?.kind === "command");
}

/** The address that a job fetches from at present; empty for a command. */
export function urlOf({ state, steps }: Job): string {
  const step = "step" in state ? steps[state.step] : undefined;
  return step?.kind === "transfer" ? step.url : "";
}

export function isOfInstances(lane: string): boolean {
  return lane.startsWith("ssh:");
}

export function holds({ lease }: Run, { state }: Job): boolean {
  return state.kind === "running" && state.lease.epoch === lease.epoch && state.lease.owner === lease.owner;
}
