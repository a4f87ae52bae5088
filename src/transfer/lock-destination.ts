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
import { open, readFile, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import { errorCode } from "./classify-disk-error.ts";
import type { Owner } from "./lock/lock-owner.ts";
import { describeOwner, parseOwner, serializeOwner } from "./lock/lock-owner.ts";
import type { LockLimits } from "./lock/lock-place.ts";
import { LockPlace, takeAway } from "./lock/lock-place.ts";
import { sweepLeftovers } from "./lock/sweep-leftovers.ts";
import { identifyOurselves } from "./process-identity.ts";

export interface DestinationLock {
  /** Aborts when somebody else has taken the lock: nothing may be written any more. */
  readonly lost: AbortSignal;
  /**
   * Before what cannot be undone: still ours? A process that slept, or whose machine did, may have been taken
   * for dead meanwhile. False, and `lost`, if so.
   */
  confirm(): Promise<boolean>;
  release(): Promise<void>;
}

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

/**
 * @param path the final path; its folder exists. Rejects with errors of the file system.
 * @param signal ends the watch over a silent owner; then it counts as living
 */
export async function lockDestination(
  path: string,
  limits: LockLimits,
  signal: AbortSignal,
): Promise<LockOutcome> {
  const identity = await identifyOurselves();
  const owner: Owner = { token: randomUUID(), ...identity };
  const place = new LockPlace(path, owner, isHeld, limits, signal);
  held.add(owner.token);
  let locked = false;
  try {
    await place.prepare();
    const outcome = await takeLock(place, owner, limits);
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

async function takeLock(place: LockPlace, we: Owner, limits: LockLimits): Promise<LockOutcome> {
  for (let nth = 0; nth < MAX_TRIES; nth += 1) {
    const attempt = await place.tryOnce();
    if (attempt.kind === "busy") {
      const { owner, mayGoInMs } = attempt;
      return { kind: "busy", owner: describeOwner(owner, we), mayGoInMs };
    }
    const lock = attempt.kind === "won" ? await holdLock(place.lockPath, we, limits) : null;
    if (lock === null || attempt.kind !== "won") continue;
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
async function holdLock(lockPath: string, we: Owner, limits: LockLimits): Promise<DestinationLock | null> {
  const handle = await open(lockPath, "r+").catch((error: unknown) => {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  });
  if (handle === null) return null;
  let ours = false;
  try {
    ours = parseOwner(await handle.readFile("utf8"))?.token === we.token;
  } finally {
    if (!ours) await handle.close();
  }
  return ours ? new HeldLock(lockPath, we, handle, limits.heartbeatMs) : null;
}

class HeldLock implements DestinationLock {
  readonly #lockPath: string;
  readonly #we: Owner;
  readonly #handle: FileHandle;
  readonly #heartbeatMs: number;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** By the wall clock: unlike others, it goes on while the machine sleeps. */
  #confirmedAt = Date.now();
  #beating = false;

  constructor(lockPath: string, we: Owner, handle: FileHandle, heartbeatMs: number) {
    this.#lockPath = lockPath;
    this.#we = we;
    this.#handle = handle;
    this.#heartbeatMs = heartbeatMs;
    // A beat that fails (disk trouble) is no loss yet: the next one may do, and others wait long enough.
    this.#timer = setInterval(() => void this.#beat().catch(() => {}), heartbeatMs);
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async confirm(): Promise<boolean> {
    if (this.#lost.signal.aborted) return false;
    if (Math.abs(Date.now() - this.#confirmedAt) < this.#heartbeatMs) return true;
    return this.#look();
  }

  /** False only if it is somebody else's for sure. */
  async #look(): Promise<boolean> {
    const at = Date.now();
    let text: string | null;
    try {
      text = await readFile(this.#lockPath, "utf8");
    } catch (error) {
      if (errorCode(error) !== "ENOENT") return true;
      text = null;
    }
    if (text !== null && parseOwner(text)?.token === this.#we.token) {
      this.#confirmedAt = at;
      return true;
    }
    this.#lost.abort();
    return false;
  }

  async #beat(): Promise<void> {
    if (this.#beating) return;
    this.#beating = true;
    try {
      if (!(await this.#look())) return;
      await this.#handle.write(serializeOwner(this.#we), 0);
      // Network file systems keep what is written to themselves for half a minute.
      await this.#handle.datasync();
    } finally {
      this.#beating = false;
    }
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#lost.signal.aborted && (await this.#look())) await unlink(this.#lockPath).catch(() => {});
    held.delete(this.#we.token);
    await this.#handle.close().catch(() => {});
  }
}
