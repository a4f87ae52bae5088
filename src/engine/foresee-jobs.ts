/** What submitting drafts would come to, told without changing anything. */
import type { FileThere } from "../job/host-contract.ts";
import type { HostId } from "../job/host.ts";
import { isEnded } from "../job/job-state.ts";
import type { JobState } from "../job/job-state.ts";
import type { Job, JobDraft, TransferStep } from "../job/job.ts";
import { SPACE_MARGIN_BYTES } from "../job/space-policy.ts";
import type { DiskNeed, Foreseen, Foresight } from "./engine-contract.ts";
import { everyJob } from "./every-job.ts";
import { freeBytes, lookOnce, remainingBytes } from "./reserve-space.ts";
import { foreseeReuse } from "./reuse-files.ts";
import type { SubmitParts } from "./submit-job.ts";
import { foreseeAway, lookAway, transferAway } from "./look-away.ts";
import { findKnown, INSPECT_TIMEOUT_MS, transferHere } from "./submit-job.ts";

/** Drafts looked at a time: each takes a look at the disk and at the store, now and then a request. */
const AT_ONCE = 16;
/** Jobs in the queue whose bytes are counted; of a longer queue the space is a guess anyway. */
const MAX_QUEUED = 10_000;

export async function foreseeJobs(drafts: readonly JobDraft[], parts: SubmitParts): Promise<Foresight> {
  const each: Foreseen[] = Array.from(drafts, () => ({ kind: "new" }));
  const seen = new Set<string>();
  const open = [...drafts.entries()].filter(([index, { place, destination }]) => {
    if (destination === null) return true;
    const key = JSON.stringify([place, destination]);
    if (seen.has(key)) each[index] = { kind: "repeated" };
    return seen.size < seen.add(key).size;
  });
  const away = await lookAway(drafts, parts.lookAt);
  const work = open.values();
  const worker = async (): Promise<void> => {
    for (const [index, draft] of work)
      each[index] = await foreseeJob(draft, away.files.get(index) ?? null, parts);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const disks = [
    ...(await foreseeSpace(drafts, each, parts)),
    ...(await foreseeSpaceAway(drafts, each, away.free, parts)),
  ];
  return { each, disks };
}

async function foreseeJob(
  draft: JobDraft,
  thereAway: FileThere | null,
  parts: SubmitParts,
): Promise<Foreseen> {
  const known = await findKnown(draft, parts.store);
  if (known !== null && !isEnded(known.state)) return { kind: "queued", job: known };
  const away = transferAway(draft);
  if (away !== null) return thereAway === null ? { kind: "new" } : foreseeAway(away, thereAway);
  const step = transferHere(draft, parts);
  if (step === null) return { kind: "new" };
  const there = await parts.inspect(step, AbortSignal.timeout(INSPECT_TIMEOUT_MS));
  switch (there.kind) {
    case "absent":
      return (await foreseeTaking(step, parts)) ?? { kind: "new" };
    case "partial":
      return { kind: "begun", bytes: there.bytes };
    case "whole":
      return { kind: "there", bytes: there.bytes };
    case "different":
      // A shorter file of an old system is taken as the beginning of this one.
      if (step.ifExists === "refuse") return { kind: "in_the_way", reason: there.reason };
      return (step.ifExists === "replace" ? await foreseeTaking(step, parts) : null) ?? { kind: "new" };
    default:
      throw there satisfies never;
  }
}

async function foreseeTaking(step: TransferStep, { reuse }: SubmitParts): Promise<Foreseen | null> {
  const taken = reuse === undefined ? null : await foreseeReuse(step, reuse);
  return taken === null ? null : { kind: "here_elsewhere", ...taken };
}

async function foreseeSpace(
  drafts: readonly JobDraft[],
  each: readonly Foreseen[],
  parts: SubmitParts,
): Promise<DiskNeed[]> {
  const disks = new Map<number, DiskNeed>();
  const deviceOf = lookOnce();
  const diskOf = async (folder: string): Promise<DiskNeed> => {
    const dev = await deviceOf(folder);
    const fresh = { folder, hostId: null, freeBytes: 0, promisedBytes: 0, neededBytes: 0 };
    const disk = disks.get(dev) ?? { ...fresh, freeBytes: await usableBytes(folder) };
    disks.set(dev, disk);
    return disk;
  };
  for (const [index, draft] of drafts.entries()) {
    const step = transferHere(draft, parts, "any name");
    const foreseen = each[index];
    if (step === null || foreseen === undefined || !needsSpace(foreseen)) continue;
    const have = foreseen.kind === "begun" ? foreseen.bytes : 0;
    (await diskOf(step.folder)).neededBytes += Math.max(0, (step.size ?? 0) - have);
  }
  if (disks.size === 0) return [];
  for await (const { state, steps, progress } of queuedAt(parts.node, parts)) {
    const step = steps[0];
    if (step?.kind !== "transfer" || waitsForRoom(state)) continue;
    const disk = disks.get(await deviceOf(step.folder));
    const total = progress.bytesTotal ?? step.size;
    if (disk !== undefined) disk.promisedBytes += remainingBytes({ ...progress, bytesTotal: total });
  }
  return [...disks.values()];
}

/** It gets no room before there is some: nobody else waits for it. */
function waitsForRoom(state: JobState): boolean {
  return state.kind === "paused" && state.why === "no_space";
}

function needsSpace(foreseen: Foreseen): boolean {
  if (foreseen.kind === "here_elsewhere") return foreseen.way === "copy";
  return foreseen.kind === "new" || foreseen.kind === "begun";
}

async function usableBytes(folder: string): Promise<number> {
  return Math.max(0, (await freeBytes(folder)) - SPACE_MARGIN_BYTES);
}

/** Of instances that said how much is free; all that goes to one is taken to go to one disk. */
async function foreseeSpaceAway(
  drafts: readonly JobDraft[],
  each: readonly Foreseen[],
  free: ReadonlyMap<HostId, number>,
  parts: SubmitParts,
): Promise<DiskNeed[]> {
  const disks = new Map<HostId, DiskNeed>();
  for (const [index, draft] of drafts.entries()) {
    const step = transferAway(draft);
    const foreseen = each[index];
    if (step === null || draft.place.kind !== "ssh") continue;
    if (foreseen?.kind !== "new" && foreseen?.kind !== "begun") continue;
    const { hostId } = draft.place;
    const freeThere = free.get(hostId);
    if (freeThere === undefined) continue;
    const freeBytes = Math.max(0, freeThere - SPACE_MARGIN_BYTES);
    const disk = disks.get(hostId) ?? {
      folder: step.folder,
      hostId,
      freeBytes,
      promisedBytes: 0,
      neededBytes: 0,
    };
    const have = foreseen.kind === "begun" ? foreseen.bytes : 0;
    disk.neededBytes += Math.max(0, (step.size ?? 0) - have);
    disks.set(hostId, disk);
  }
  for (const [hostId, disk] of disks)
    for await (const { state, progress } of queuedAt(hostId, parts))
      if (!waitsForRoom(state)) disk.promisedBytes += remainingBytes(progress);
  return [...disks.values()];
}

/** @param place name of this node, or id of a host */
async function* queuedAt(place: string, { store }: SubmitParts): AsyncGenerator<Job> {
  let left = MAX_QUEUED;
  for await (const job of everyJob({ kinds: ["pending", "running", "paused"], place }, "oldest", store)) {
    yield job;
    left -= 1;
    if (left === 0) return;
  }
}
