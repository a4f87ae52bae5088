import type { Adjustment } from "../job/adjust.ts";
import type { Clock } from "../job/clock.ts";
import type { PersonEvent } from "../job/job-event.ts";
import { ENDED_KINDS, isEnded } from "../job/job-state.ts";
import type { Job, JobId } from "../job/job.ts";
import type { ApplyOutcome, JobFilter, JobStore } from "../job/store-contract.ts";
import type { DiscardPartial } from "../job/transfer-contract.ts";
import type { Action, ActOutcome, BulkAction, BulkFilter, BulkOutcome } from "./engine-contract.ts";
import type { JobLogs } from "./command/job-log.ts";
import type { DiscardAway } from "./fetch/discard-away.ts";
import { everyJob } from "./every-job.ts";
import { createLogSweep } from "./forget-logs.ts";
import type { Runner } from "./runner.ts";

/** How long removing waits for a run elsewhere to stop before it says that it could not. */
const STOP_TIMEOUT_MS = 10_000;
/** How often it looks meanwhile. */
const STOP_POLL_MS = 100;

/** Discarded in one sweep; more wait for the next. */
const LEFT_AT_ONCE = 200;

export interface ActParts {
  store: JobStore;
  runner: Pick<Runner, "ended">;
  clock: Clock;
  node: string;
  logs: Pick<JobLogs, "ids" | "remove">;
  discardPartial: DiscardPartial;
  away: Pick<DiscardAway, "discard">;
}

/** Does what a person asks of one job. */
export async function actOnJob(id: JobId, action: Action, parts: ActParts): Promise<ActOutcome> {
  if (action === "remove") return removeJob(id, parts);
  const event: PersonEvent = { type: action };
  return toActOutcome(await parts.store.apply(id, event, parts.clock.now()));
}

/** Changes what a person may change of a job. */
export async function adjustJob(
  id: JobId,
  adjustment: Adjustment,
  { store, clock }: Pick<ActParts, "store" | "clock">,
): Promise<ActOutcome> {
  const outcome = await store.adjust(id, adjustment, clock.now());
  return outcome.kind === "adjusted" ? { kind: "done", job: outcome.job } : outcome;
}

/** The same for every job a filter matches. Jobs that refuse are named, the others are done. */
export async function actOnJobs(
  asked: BulkAction,
  { matches = () => true, ...filter }: BulkFilter,
  parts: ActParts,
): Promise<BulkOutcome> {
  const found = await find(filter, matches, parts.store);
  const turns = typeof asked === "string" && STOPPING.has(asked) ? found.toSorted(runningLast) : found;
  // All of them stop at the same time: one after the other each would be waited for.
  if (asked === "remove")
    for (const { id, kind } of turns)
      if (kind !== null && !(ENDED_KINDS as readonly string[]).includes(kind))
        await actOnJob(id, "cancel", parts);
  const done = new Map<JobId, ActOutcome>();
  for (const { id } of turns)
    done.set(
      id,
      await (typeof asked === "string" ? actOnJob(id, asked, parts) : adjustJob(id, asked, parts)),
    );
  return toBulkOutcome(found, done);
}

/** One that stops makes room: those that are to be stopped as well must not be begun in it. */
const STOPPING: ReadonlySet<Action> = new Set(["remove", "cancel", "pause"]);

/** A job that was found, or null for the state of one there is none of. */
interface Found {
  id: JobId;
  kind: Job["state"]["kind"] | null;
}

function runningLast(one: Found, other: Found): number {
  return Number(one.kind === "running") - Number(other.kind === "running");
}

function toBulkOutcome(found: readonly Found[], done: ReadonlyMap<JobId, ActOutcome>): BulkOutcome {
  const outcome: BulkOutcome = { changed: [], refused: [] };
  for (const { id } of found) {
    const one = done.get(id);
    if (one === undefined) continue;
    if (one.kind === "done") outcome.changed.push(id);
    else outcome.refused.push({ id, refusal: one.kind === "unknown" ? "there is no such job" : one.refusal });
  }
  return outcome;
}

/**
 * Tidies the list: forgets ended jobs of these kinds. A failed one's bytes stay on the disk, so that
 * asking for the file again goes on from them; a cancelled one's are not wanted any more.
 */
export async function clearJobs(
  kinds: readonly Job["state"]["kind"][],
  matches: (job: Job) => boolean,
  parts: ActParts,
): Promise<Job[]> {
  const ended = kinds.filter((kind) => (ENDED_KINDS as readonly string[]).includes(kind));
  const ids: JobId[] = [];
  for await (const job of everyJob({ kinds: ended }, "oldest", parts.store))
    if (matches(job)) ids.push(job.id);
  if (ids.length === 0) return [];
  const removed = await parts.store.remove({ ids, kinds: ended }, parts.clock.now());
  for (const job of removed) await forgetJob(job, parts);
  return removed;
}

/** What is deleted with jobs that nobody removes by hand, or that others removed. */
export function forgetting(parts: ActParts): {
  forget: (job: Job) => Promise<void>;
  discardLeft: () => Promise<void>;
} {
  const sweepLogs = createLogSweep(parts);
  return {
    forget: (job) => forgetJob(job, parts),
    discardLeft: async () => {
      await sweepLogs();
      await discardLeft(parts);
    },
  };
}

/** Deletes what an ended job leaves that was removed without anybody asking for just that. */
async function forgetJob(job: Job, parts: ActParts): Promise<void> {
  await parts.logs.remove(job.id);
  if (job.state.kind === "cancelled") await discardJob(job, parts);
}

/** Deletes the unfinished bytes of a removed job; those on another machine's disk are that machine's to delete. */
async function discardJob({ id, state, steps, place, destination }: Job, parts: ActParts): Promise<void> {
  if (state.kind === "complete" || destination === null) return;
  if (place.kind === "ssh") {
    // What the tools of a card leave is theirs to know.
    if (steps.some(({ kind }) => kind === "transfer")) parts.away.discard(place.hostId, destination);
    return;
  }
  if (place.name === parts.node) return discardBytes(destination, parts);
  await parts.store.nodes.noteLeft(place.name, { job: id, destination });
}

/** Deletes unfinished bytes on this disk, unless another job goes on with them. */
async function discardBytes(
  destination: string,
  { store, node, discardPartial }: Pick<ActParts, "store" | "node" | "discardPartial">,
): Promise<void> {
  const heir = await store.findByDestination(node, destination);
  if (heir !== null && !isEnded(heir.state)) return;
  await discardPartial(destination);
}

/** Deletes what jobs that other machines removed have left on this disk. */
async function discardLeft(parts: ActParts): Promise<void> {
  const { store, node } = parts;
  const failed: unknown[] = [];
  for (const { job, destination } of await store.nodes.listLeft(node, LEFT_AT_ONCE)) {
    try {
      await discardBytes(destination, parts);
      await store.nodes.forgetLeft(node, job);
    } catch (error) {
      // A folder that cannot be written at present keeps nothing else from being discarded.
      failed.push(error);
    }
  }
  if (failed.length > 0) throw failed[0];
}

async function removeJob(id: JobId, parts: ActParts): Promise<ActOutcome> {
  const { store, clock } = parts;
  const job = await store.get(id);
  if (job === null) return { kind: "unknown" };
  if (!isEnded(job.state)) {
    await store.apply(id, { type: "cancel" }, clock.now());
    if (!(await stopped(id, parts))) {
      return { kind: "refused", job, refusal: "the job is being cancelled, but its run has not stopped yet" };
    }
  }
  const [removed] = await store.remove({ ids: [id] }, clock.now());
  if (removed === undefined) return { kind: "unknown" };
  await parts.logs.remove(id);
  await discardJob(removed, parts);
  return { kind: "done", job: removed };
}

async function stopped(id: JobId, { store, runner, clock }: ActParts): Promise<boolean> {
  const deadline = clock.now() + STOP_TIMEOUT_MS;
  for (;;) {
    await runner.ended(id);
    const job = await store.get(id);
    if (job === null || isEnded(job.state)) return true;
    if (clock.now() >= deadline) return false;
    await clock.sleep(STOP_POLL_MS);
  }
}

async function find(filter: JobFilter, matches: (job: Job) => boolean, store: JobStore): Promise<Found[]> {
  const found: Found[] = [];
  if (filter.ids === undefined) {
    for await (const job of everyJob(filter, "oldest", store))
      if (matches(job)) found.push({ id: job.id, kind: job.state.kind });
  } else
    for (const id of new Set(filter.ids)) found.push({ id, kind: (await store.get(id))?.state.kind ?? null });
  return found;
}

function toActOutcome(outcome: ApplyOutcome): ActOutcome {
  switch (outcome.kind) {
    case "applied":
      return { kind: "done", job: outcome.job };
    case "unknown":
      return outcome;
    case "refused":
      return outcome;
    case "lease_lost":
      return { kind: "refused", job: outcome.job, refusal: "another runner works on it" };
    case "destination_taken":
      return {
        kind: "refused",
        job: outcome.job,
        refusal: `job ${outcome.by} downloads to the same file`,
      };
    default:
      throw outcome satisfies never;
  }
}
