/** Makes a place match a lock, moving nothing it need not. */
import type { Engine } from "../../engine/engine-contract.ts";
import { everyJob } from "../../engine/every-job.ts";
import type { FileIndex } from "../../job/file-index-contract.ts";
import type { Hosts } from "../../job/host-contract.ts";
import { isEnded } from "../../job/job-state.ts";
import type { Job, JobDraft, TransferStep } from "../../job/job.ts";
import type { LockItem, LockPlan } from "../../job/lock-contract.ts";
import { placeName } from "../../job/place.ts";
import type { SyncAnswer, SyncFile } from "../../wire/lock.ts";
import type { Away } from "./compare-away.ts";
import { compareAway, lookAway } from "./compare-away.ts";
import { compareHere } from "./compare-here.ts";
import type { Compared } from "./compared.ts";
import type { Extra } from "./remove-extra.ts";
import { extraAway, extraHere, removeAway, removeHere } from "./remove-extra.ts";
import { takeTwin } from "./take-twin.ts";

export interface SyncParts {
  engine: Engine;
  files: FileIndex;
  hosts: Hosts;
}

export interface SyncOptions {
  dryRun: boolean;
  /** Files that are not of the lock are removed. */
  remove: boolean;
  signal: AbortSignal;
}

export type SyncOutcome =
  | { kind: "synced"; answer: Omit<SyncAnswer, "bad" | "place"> }
  | { kind: "unreached"; message: string };

interface Standing {
  item: LockItem;
  compared: Compared;
  job: Job | null;
}

export async function syncPlace(
  plan: LockPlan,
  parts: SyncParts,
  options: SyncOptions,
): Promise<SyncOutcome> {
  const { place } = plan;
  let away: Away | null = null;
  if (place.kind === "ssh") {
    const looked = await lookAway(place.hostId, plan, parts.hosts, options.signal);
    if ("failure" in looked) return { kind: "unreached", message: looked.failure };
    away = looked;
  }
  const standings = await compareAll(plan, away, parts, options.signal);
  if (!options.dryRun) await bringAll(standings, plan, parts, options);
  const matches = standings.every(({ compared }) => compared.state === "same");
  const found = away === null ? await extraHere(plan, parts.files) : extraAway(plan, away);
  const extra = await clearExtra(found, { plan, matches }, parts, options);
  return {
    kind: "synced",
    answer: {
      files: standings.map(toMessage),
      extra,
      bytes: standings.reduce((sum, standing) => sum + bytesOf(standing), 0),
      matches,
      notes: notesOf(extra, matches, options, away?.inventory.more === true),
    },
  };
}

/** One after the other: files may be read for it. */
async function compareAll(
  plan: LockPlan,
  away: Away | null,
  { files, engine }: SyncParts,
  signal: AbortSignal,
): Promise<Standing[]> {
  const { place } = plan;
  const standings: Standing[] = [];
  for (const item of plan.items) {
    const { entry, destination, problem } = item;
    const compared =
      destination === null
        ? { state: "refused" as const, reason: problem }
        : away === null || place.kind !== "ssh"
          ? await compareHere(entry, destination, files, signal)
          : await compareAway(entry, destination, place.hostId, away, engine);
    standings.push({ item, compared: withSource(item, compared), job: null });
  }
  return standings;
}

/** What is to be fetched has to be had somewhere. */
function withSource({ draft }: LockItem, compared: Compared): Compared {
  const needs = compared.state === "missing" || compared.state === "different" || compared.state === "check";
  return needs && draft === null ? { state: "no_source", reason: "the lock has no address of it" } : compared;
}

async function bringAll(
  standings: Standing[],
  plan: LockPlan,
  { engine }: SyncParts,
  { remove, signal }: SyncOptions,
): Promise<void> {
  const wanted: { standing: Standing; draft: JobDraft }[] = [];
  for (const standing of standings) {
    const { item, compared } = standing;
    const { draft } = item;
    const isMeant = ["missing", "different", "check", "linked"].includes(compared.state);
    const mayFetch = compared.state !== "linked" || compared.isFree === true;
    if (isMeant && draft !== null && mayFetch)
      wanted.push({ standing, draft: withTwins(draft, compared, remove) });
    else if (compared.state === "linked")
      standing.compared = await linkHere(standing, placeName(plan.place), engine, signal);
  }
  const submissions = await engine.submitAll(wanted.map(({ draft }) => draft));
  for (const [index, { standing }] of wanted.entries()) standing.job = submissions[index]?.job ?? null;
}

async function linkHere(
  { item: { entry, destination }, compared }: Standing,
  place: string,
  engine: Engine,
  signal: AbortSignal,
): Promise<Compared> {
  const [twin] = compared.twins ?? [];
  if (twin === undefined || destination === null || entry.sha256 === null) return compared;
  const job = await engine.findByDestination(destination, place);
  if (job !== null && !isEnded(job.state))
    return { ...compared, state: "different", reason: "a download to it is at work" };
  const problem = await takeTwin(twin, destination, entry.sha256, signal);
  return problem === null
    ? { state: "same", reason: `taken from ${twin}` }
    : { state: "different", reason: problem };
}

/**
 * Jobs of this machine find the same bytes by themselves; an instance looks at those that may be them. A second name of
 * one file is what a renamed one has until the first is removed.
 */
function withTwins(draft: JobDraft, { state, twins = [] }: Compared, remove: boolean): JobDraft {
  const more: Partial<TransferStep> =
    state === "linked" ? { reuse: remove ? "hardlink" : "copy" } : twins.length === 0 ? {} : { twins };
  return {
    ...draft,
    steps: draft.steps.map((step) => (step.kind === "transfer" ? { ...step, ...more } : step)),
  };
}

/** Nothing goes before all that is to stay is there: it may be the only copy of what is missing elsewhere. */
async function clearExtra(
  extra: readonly Extra[],
  { plan, matches }: { plan: LockPlan; matches: boolean },
  { engine, hosts }: SyncParts,
  { dryRun, remove, signal }: SyncOptions,
): Promise<SyncAnswer["extra"]> {
  const say = (
    { path, size }: Extra,
    deleted: boolean,
    reason: string | null,
  ): SyncAnswer["extra"][number] => ({
    path,
    size,
    deleted,
    reason,
  });
  if (!remove || dryRun || !matches) return extra.map((each) => say(each, false, null));
  const busy = await destinationsAtWork(placeName(plan.place), engine);
  const free = extra.filter(({ path }) => !busy.has(path));
  const { place } = plan;
  const gone =
    place.kind === "ssh"
      ? await removeAway(place.hostId, free, hosts, signal)
      : new Map(await Promise.all(free.map(async (each) => [each.path, await removeHere(each)] as const)));
  return extra.map((each) => {
    if (busy.has(each.path)) return say(each, false, "a download to it is at work");
    const why = gone.get(each.path) ?? null;
    return say(each, why === null, why);
  });
}

async function destinationsAtWork(place: string, engine: Engine): Promise<Set<string>> {
  const found = new Set<string>();
  const open = everyJob({ kinds: ["pending", "running", "paused", "blocked"], place }, "oldest", engine);
  for await (const { destination } of open) if (destination !== null) found.add(destination);
  return found;
}

function toMessage({ item: { entry, destination }, compared, job }: Standing): SyncFile {
  const { root, path, size } = entry;
  return {
    root,
    path,
    destination,
    size,
    state: compared.state,
    job_id: job?.id ?? null,
    reason: compared.reason,
  };
}

function bytesOf({ item: { entry }, compared: { state } }: Standing): number {
  return state === "missing" || state === "different" ? (entry.size ?? 0) : 0;
}

function notesOf(
  extra: SyncAnswer["extra"],
  matches: boolean,
  { remove, dryRun }: SyncOptions,
  more: boolean,
): string[] {
  return [
    ...(more
      ? ["The instance has more files than a scan tells: some that are not of the lock may not be listed."]
      : []),
    ...(remove && !dryRun && !matches && extra.length > 0
      ? ["Nothing is removed before all files of the lock are there: ask again then."]
      : []),
  ];
}
