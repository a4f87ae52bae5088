/** Why a job does not run, as the outside sees it. */
import { z } from "zod";
import type { JobStateKind } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { WAIT_REASONS, waitingOf } from "../job/waiting.ts";
import type { Hours, WaitFacts } from "../job/waiting.ts";
import type { JobMessage, Status } from "./job-message.ts";

export const WaitingMessage = z.object({
  /**
   * `turn`: as many run there as may, or others go first. `after`: `job` has to end. `retry`: its next try is `until`.
   * `window`: downloads may not run at this hour. `no_space`: the disk is full. `person`: paused. `host_key`: a person
   * has to say whether the instance is the right one. `machine`: `node`, whose disk it is for, is away since `since`.
   */
  why: z.enum(WAIT_REASONS),
  /** When that is over by itself, where it can be told. */
  until: z.iso.datetime().nullable(),
  /** Only of `after`. */
  job: z.uuid().nullable(),
  /** Only of `machine`. */
  node: z.string().optional(),
  since: z.iso.datetime().optional(),
});
export type WaitingMessage = z.infer<typeof WaitingMessage>;

/** What holds at the moment a job is told of. */
export interface Moment {
  /** When downloads to this machine may run. */
  hours: Hours;
  now: number;
  /** Machines that are away, and since when. */
  away: ReadonlyMap<string, number>;
}

const KIND_OF = {
  PENDING: "pending",
  RUNNING: "running",
  PAUSED: "paused",
  HOST_VERIFICATION_NEEDED: "blocked",
  COMPLETE: "complete",
  FAILED: "failed",
  CANCELLED: "cancelled",
} as const satisfies Record<Status, JobStateKind>;

export function toWaiting(
  { state, place, waitsFor, runsNow }: Job,
  { hours, now, away }: Moment,
): WaitingMessage | null {
  const since = place.kind === "node" ? away.get(place.name) : undefined;
  const facts = {
    kind: state.kind,
    paused: state.kind === "paused" ? state.why : null,
    waitsFor,
    away: place.kind === "node" && since !== undefined ? { name: place.name, since } : null,
    retryAt: state.kind === "pending" && state.lastFailure !== null ? state.notBefore : null,
    hours: place.kind === "ssh" || runsNow ? null : hours,
  };
  return waitingMessageOf(facts, now);
}

function waitingMessageOf(facts: WaitFacts, now: number): WaitingMessage | null {
  const waiting = waitingOf(facts, now);
  if (waiting === null) return null;
  const until = "until" in waiting && waiting.until !== null ? new Date(waiting.until).toISOString() : null;
  const told = { why: waiting.why, until, job: waiting.why === "after" ? waiting.job : null };
  return waiting.why === "machine"
    ? { ...told, node: waiting.name, since: new Date(waiting.since).toISOString() }
    : told;
}

/** The same at another moment: hours may begin and end without a word of the job. */
export function waitingAt(job: JobMessage, { hours, now }: Omit<Moment, "away">): WaitingMessage | null {
  const { status, place, paused, waiting, retry_at: retryAt, run_now: runsNow } = job;
  const facts = {
    kind: KIND_OF[status],
    paused: paused?.why ?? null,
    waitsFor: waiting?.job ?? null,
    // As it was told: that it is back is told with what it takes up.
    away:
      waiting?.node === undefined || waiting.since === undefined
        ? null
        : { name: waiting.node, since: Date.parse(waiting.since) },
    retryAt: retryAt === null ? null : Date.parse(retryAt),
    hours: place.kind === "ssh" || runsNow ? null : hours,
  };
  return waitingMessageOf(facts, now);
}
