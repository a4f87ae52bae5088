/**
 * One writer per destination, across processes and machines (CONTRACT §4).
 *
 * `NAME.part.lock` appears by exclusive create and names its owner. An owner that is provably dead, or that
 * nobody can see into and is silent for too long, is replaced. For that a claim on its unique token is created
 * exclusively first: of any number of processes that find the same dead owner, one gets the claim, makes sure
 * the lock still is the dead one's, and puts its own in its place by rename. A claim whose owner died is
 * inherited in the same way, by a claim on the claim.
 */
import { randomUUID } from "node:crypto";
import { dirname } from "node:path";
import type { FileCalls } from "../disk/file-calls.ts";
import { BY_THE_POOL } from "../disk/file-calls.ts";
import type { DestinationLock } from "./held-lock.ts";
import { HeldLock } from "./held-lock.ts";
import type { Owner } from "./lock-owner.ts";
import { describeOwner } from "./lock-owner.ts";
import type { LockLimits } from "./lock-place.ts";
import { LockPlace, takeAway } from "./lock-place.ts";
import { sweepLeftovers } from "./sweep-leftovers.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyOurselves } from "./process-identity.ts";

export type LockOutcome =
  | { kind: "locked"; lock: DestinationLock }
  /** `mayGoInMs`: when its owner would be taken for dead; null if it lives for sure. */
  | { kind: "busy"; owner: string; mayGoInMs: number | null };

/** A lock that changes hands this often while we look at it is in good hands. */
const MAX_TRIES = 20;

/** Locks of this thread; one that is not here but bears our name was left by a fault. */
const held = new Set<string>();
/** Drafts that the disk did not let us take away. */
const leftBehind = new Set<string>();
/** Folders that were looked through for what dead processes left. */
const swept = new Set<string>();
/** Forgotten beyond it: looking twice costs little. */
const MAX_REMEMBERED = 1000;

/** Who we are does not change. */
let ourselves: Promise<ProcessIdentity> | null = null;

/**
 * @param path the final path; its folder exists. Rejects with errors of the file system.
 * @param signal ends the watch over a silent owner; then it counts as living
 * @param calls how what every lock needs is done
 */
export async function lockDestination(
  path: string,
  limits: LockLimits,
  signal: AbortSignal,
  calls: FileCalls = BY_THE_POOL,
): Promise<LockOutcome> {
  ourselves ??= identifyOurselves();
  const owner: Owner = { token: randomUUID(), ...(await ourselves) };
  const place = new LockPlace(path, owner, isHeld, limits, { signal, calls });
  held.add(owner.token);
  let locked = false;
  try {
    await place.prepare();
    const outcome = await takeLock(place, owner, limits, calls);
    locked = outcome.kind === "locked";
    return outcome;
  } finally {
    if (!locked) held.delete(owner.token);
    if (!(await place.cleanUp())) remember(leftBehind, place.draftPath);
  }
}

function isHeld(token: string): boolean {
  return held.has(token);
}

async function takeLock(
  place: LockPlace,
  we: Owner,
  limits: LockLimits,
  calls: FileCalls,
): Promise<LockOutcome> {
  for (let nth = 0; nth < MAX_TRIES; nth += 1) {
    const attempt = await place.tryOnce();
    if (attempt.kind === "busy") {
      const { owner, mayGoInMs } = attempt;
      return { kind: "busy", owner: describeOwner(owner, we), mayGoInMs };
    }
    if (attempt.kind === "again") continue;
    const lock = await holdLock(place, we, limits, calls);
    if (lock === null) break;
    await sweepOnce(dirname(place.lockPath), we, limits, attempt.fromDead);
    return { kind: "locked", lock };
  }
  return { kind: "busy", owner: "another download", mayGoInMs: limits.heartbeatMs };
}

/** Once by each process, and where one has died: it may have left more. */
async function sweepOnce(
  folder: string,
  we: Owner,
  { lockStaleMs }: LockLimits,
  again: boolean,
): Promise<void> {
  for (const draft of leftBehind) {
    if (dirname(draft) === folder && (await takeAway(draft))) leftBehind.delete(draft);
  }
  if (swept.has(folder) && !again) return;
  remember(swept, folder);
  await sweepLeftovers(folder, we, lockStaleMs);
}

function remember(among: Set<string>, path: string): void {
  if (among.size >= MAX_REMEMBERED) among.clear();
  among.add(path);
}

/** Null if it is somebody else's already: we were taken for dead between taking it and this. */
async function holdLock(
  place: LockPlace,
  we: Owner,
  limits: LockLimits,
  calls: FileCalls,
): Promise<DestinationLock | null> {
  const lock = new HeldLock(place.lockPath, we, place.takeFile(), {
    heartbeatMs: limits.heartbeatMs,
    calls,
    forget: () => void held.delete(we.token),
    beganAt: place.beganAt,
  });
  if (await lock.confirm()) return lock;
  await lock.release();
  return null;
}
