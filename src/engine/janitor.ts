import type { Clock } from "../job/clock.ts";
import { ENDED_KINDS } from "../job/job-state.ts";
import type { Job } from "../job/job.ts";
import { SPACE_MARGIN_BYTES } from "../job/space-policy.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { EngineLog } from "./engine-log.ts";
import { everyJob } from "./every-job.ts";
import { freeBytes, remainingBytes, transferStepOf } from "./reserve-space.ts";
import type { OverallLimit } from "./overall-limit.ts";
import type { PausedRound } from "./paused-round.ts";
import { runsApart } from "./run.ts";
import type { Runner } from "./runner.ts";

export interface JanitorParts {
  store: JobStore;
  runner: Runner;
  /** Those of this node: for each of the two reasons they are looked at for. */
  paused: { forSpace: PausedRound; forHour: PausedRound };
  clock: Clock;
  node: string;
  owner: string;
  retentionMs: () => number;
  limit: OverallLimit;
  /** Deletes what a removed job leaves on the disk. */
  forget: (job: Job) => Promise<void>;
  /** The same of jobs that other machines removed. */
  discardLeft: () => Promise<void>;
  log: EngineLog;
}

/**
 * Leases of another machine's own transfers are left alone for so long after they ran out: only that machine can take
 * them up, and after the store was away it renews them itself. Then the job says that it waits.
 */
const OTHERS_GRACE_MS = 60_000;

/** Puts jobs whose runner died back into the queue. Runs of this process are not dead while it lives. */
export async function freeDeadLeases({ store, runner, clock, node, log }: JanitorParts): Promise<void> {
  for (const job of await store.expired(clock.now())) {
    if (runner.runs(job.id) || job.state.kind !== "running") continue;
    const { expiresAt } = job.state.lease;
    const isOthers = job.place.kind === "node" && job.place.name !== node;
    if (isOthers && clock.now() - expiresAt < OTHERS_GRACE_MS) continue;
    const detached = runsApart(job);
    // The end that was seen, by whatever clock: a lease that was renewed since has a later one.
    const event = { type: "lease_expired", now: expiresAt, detached } as const;
    const outcome = await store.apply(job.id, event, clock.now());
    log.warn({ jobId: job.id, outcome: outcome.kind }, "the runner of a job went away");
  }
}

/**
 * Frees what an earlier process of this very node held, at once: its lock on the data folder is
 * ours now, so it is dead for sure and its leases need not run out.
 */
export async function freeOwnLeases({ store, clock, node, owner, log }: JanitorParts): Promise<void> {
  for await (const job of everyJob({ kinds: ["running"] }, "oldest", store)) {
    if (job.state.kind !== "running" || job.state.lease.owner === owner) continue;
    if (!job.state.lease.owner.startsWith(`${node}/`)) continue;
    const detached = runsApart(job);
    const now = job.state.lease.expiresAt;
    await store.apply(job.id, { type: "lease_expired", now, detached }, clock.now());
    log.info({ jobId: job.id }, "taken back from the process before");
  }
}

/** Lets jobs go on that wait for space, as soon as what they still need fits. In order of arrival. */
export async function wakeForSpace({ store, runner, paused, clock, log }: JanitorParts): Promise<void> {
  let promised = 0;
  for (const job of await paused.forSpace.next()) {
    const step = transferStepOf(job);
    if (step === null || job.state.kind !== "paused" || job.state.why !== "no_space") continue;
    const needed = remainingBytes(job.progress) + SPACE_MARGIN_BYTES;
    try {
      const free = (await freeBytes(step.folder)) - (await runner.reservedBytes(step.folder, job.id));
      if (free - promised < needed) continue;
    } catch (error) {
      // Of a disk that is not there nobody can say it; the others must not wait for it.
      log.warn({ jobId: job.id, err: error }, "a disk does not say how much is free");
      continue;
    }
    promised += needed;
    await store.apply(job.id, { type: "unsuspended", why: "no_space" }, clock.now());
  }
}

/**
 * Lets jobs go on that were stopped because downloads may not run at some hours: when they may again, or when a person
 * let one run all the same while it was being stopped.
 */
export async function wakeForHour({ store, paused, clock, limit }: JanitorParts): Promise<void> {
  const isClosed = limit.closed() !== null;
  for (const { id, state, runsNow } of await paused.forHour.next()) {
    if (state.kind !== "paused" || state.why !== "window" || (isClosed && !runsNow)) continue;
    await store.apply(id, { type: "unsuspended", why: "window" }, clock.now());
  }
}

/** Groups begun so long ago have come into the queue by now, if they ever do. */
const EMPTY_GROUP_MS = 3_600_000;

/** Forgets groups without a download: whoever asked for them was cut off before the first. */
export async function dropEmptyGroups({ store, clock, log }: JanitorParts): Promise<void> {
  const now = clock.now();
  const gone = await store.groups.forgetEmpty(now - EMPTY_GROUP_MS, now);
  if (gone.length > 0) log.info({ count: gone.length }, "groups without downloads dropped");
}

/** Forgets jobs that ended longer ago than the retention time. Files stay; a cancelled job's partial goes. */
export async function dropOld({ store, clock, retentionMs, forget, log }: JanitorParts): Promise<void> {
  const now = clock.now();
  const removed = await store.remove({ kinds: ENDED_KINDS, endedBefore: now - retentionMs() }, now);
  for (const job of removed) await forget(job);
  if (removed.length > 0) log.info({ count: removed.length }, "old entries dropped");
}
