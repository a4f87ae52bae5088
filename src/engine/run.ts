/** One job at work here, and why it may have to end before its time. */
import type { FileMap } from "../job/file-map.ts";
import type { RunnerEvent } from "../job/job-event.ts";
import type { LeaseRef } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { stalledFailure } from "../job/stall-policy.ts";

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
  /** Why downloads may not run, where that ends it. */
  closedNote: string;
  ended: Promise<void>;
}

/** What a run that stopped because it was told to means to the job. A wish is the job's own affair. */
export function stoppedEvent(
  { stopping: why, closedNote }: Run,
  stopped: RunnerEvent,
  stallMs: number,
): RunnerEvent {
  if (why === "closed") return { type: "suspended", why: "window", note: closedNote };
  if (why !== "stalled") return stopped;
  return { type: "failed", failure: stalledFailure(stallMs), retryAt: null };
}

/** How long a command may be silent depends on what it is: that is looked at where it is followed. */
export function isTransferHere({ state, steps, place }: Job): boolean {
  return state.kind === "running" && steps[state.step]?.kind === "transfer" && place.kind === "node";
}

/** Whether what a job is at goes on without us. */
export function runsApart({ state, steps, place }: Job): boolean {
  return place.kind === "ssh" || ("step" in state && steps[state.step]?.kind === "command");
}

export function isOfInstances(lane: string): boolean {
  return lane.startsWith("ssh:");
}

export function holds({ lease }: Run, { state }: Job): boolean {
  return state.kind === "running" && state.lease.epoch === lease.epoch && state.lease.owner === lease.owner;
}
