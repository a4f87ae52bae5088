/** The files of a lock: `NAME.part.lock`, drafts of it, and claims on those whose owners are dead. */
import { constants } from "node:fs";
import { open, readFile, rename, stat, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../disk/classify-disk-error.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { BY_THE_POOL } from "../disk/file-calls.ts";
import type { Life } from "./judge-owner.ts";
import { judgeOwner } from "./judge-owner.ts";
import type { Owner } from "./lock-owner.ts";
import { draftName, parseOwner, serializeOwner, unreadableOwner } from "./lock-owner.ts";

export interface LockLimits {
  /** How often an owner shows that it lives. */
  heartbeatMs: number;
  /** An owner nobody can see into and that is silent for so long is taken for dead. */
  lockStaleMs: number;
}

/** `mayGoInMs`: null if the owner lives for sure; else when it would be taken for dead. */
export type Busy = { kind: "busy"; owner: Owner; mayGoInMs: number | null };

/** `again`: things changed while we looked. */
export type Attempt = { kind: "won"; fromDead: boolean } | { kind: "again" } | Busy;

const AGAIN: Attempt = { kind: "again" };

/** A new file, never one that is there. */
const CREATE = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;

/** A silent owner is watched for so many heartbeats: clocks jump, hearts beat. */
const BEATS_WATCHED = 2.5;

/** link(2): what file systems without hard links answer. */
const LINK_UNSUPPORTED: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

export class LockPlace {
  readonly lockPath: string;
  readonly draftPath: string;
  /** Epoch milliseconds: when the last attempt was begun. */
  beganAt = Date.now();
  readonly #folder: string;
  readonly #we: Owner;
  readonly #isHeld: (token: string) => boolean;
  readonly #limits: LockLimits;
  readonly #signal: AbortSignal;
  /** How what every lock needs is done. */
  readonly #calls: FileCalls;
  /** Of the draft, and of the lock once that is another name of it; else of the lock itself. */
  #fd: number | null = null;
  /** The draft has its own name still. */
  #drafted = false;

  constructor(
    path: string,
    we: Owner,
    isHeld: (token: string) => boolean,
    limits: LockLimits,
    more: { signal: AbortSignal; calls: FileCalls },
  ) {
    this.lockPath = `${path}.part.lock`;
    this.#folder = dirname(path);
    this.draftPath = join(this.#folder, draftName(we));
    this.#we = we;
    this.#isHeld = isHeld;
    this.#limits = limits;
    this.#signal = more.signal;
    this.#calls = more.calls;
  }

  async prepare(): Promise<void> {
    this.#fd = await this.#calls.open(this.draftPath, CREATE, 0o644);
    this.#drafted = true;
    await this.#writeTo(this.#fd);
  }

  /** The lock's file, open for writing, once it was won; from then on the caller's. */
  takeFile(): number {
    const fd = this.#fd as number;
    this.#fd = null;
    return fd;
  }

  /** False if something is left behind. */
  async cleanUp(): Promise<boolean> {
    // Closed it is in any case, and nothing of what it may have failed to write is needed any more.
    if (this.#fd !== null) await this.#closeAnyhow(this.#fd);
    return !this.#drafted || takeAway(this.draftPath, this.#calls);
  }

  async #closeAnyhow(fd: number): Promise<void> {
    try {
      await this.#calls.close(fd);
    } catch (error) {
      if (errorCode(error) === null) throw error;
    }
  }

  async #writeTo(fd: number): Promise<void> {
    const outcome = await this.#calls.write(fd, Buffer.from(serializeOwner(this.#we)), 0);
    if (outcome.kind === "failed") throw outcome.error;
  }

  async tryOnce(): Promise<Attempt> {
    this.beganAt = Date.now();
    if (await this.#create(this.lockPath)) return { kind: "won", fromDead: false };
    const owner = await readOwner(this.lockPath);
    if (owner === null) return AGAIN;
    const life = await this.#judge(owner, this.lockPath);
    return life.kind === "alive" ? busy(owner, life) : this.#takeOver(owner);
  }

  async #takeOver(dead: Owner): Promise<Attempt> {
    const claims: string[] = [];
    let victim = dead;
    for (;;) {
      const claim = join(this.#folder, `.haulyard-${victim.token}.claim`);
      claims.push(claim);
      if (await this.#create(claim)) break;
      const claimant = await readOwner(claim);
      if (claimant === null) return AGAIN;
      const life = await this.#judge(claimant, claim);
      if (life.kind === "alive") return busy(claimant, life);
      victim = claimant;
    }
    const ours = claims.at(-1) as string;
    // Only the owner of the last claim may replace this lock, and that is us; but somebody may have been
    // through with all of it before our claim: then the lock bears another token already.
    if ((await readOwner(this.lockPath))?.token !== dead.token) {
      await unlink(ours).catch(() => {});
      return AGAIN;
    }
    await this.#replaceLock();
    for (const claim of claims) await unlink(claim).catch(() => {});
    return { kind: "won", fromDead: true };
  }

  /** Servers whose answer was lost are asked twice, and then know no draft any more (NFS). */
  async #replaceLock(): Promise<void> {
    try {
      await rename(this.draftPath, this.lockPath);
      this.#drafted = false;
    } catch (error) {
      if ((await readOwner(this.lockPath).catch(() => null))?.token !== this.#we.token) throw error;
    }
  }

  /** Creates the file with our name in it. False if it exists and is not ours. */
  async #create(path: string): Promise<boolean> {
    try {
      await this.#calls.link(this.draftPath, path);
      return true;
    } catch (error) {
      const code = errorCode(error) ?? "";
      // The first of two askings may have done it (NFS).
      if (code === "EEXIST") return (await readOwner(path))?.token === this.#we.token;
      if (!LINK_UNSUPPORTED.has(code)) throw error;
    }
    return this.#createWithoutLink(path);
  }

  async #createWithoutLink(path: string): Promise<boolean> {
    let fd: number;
    try {
      fd = await this.#calls.open(path, CREATE, 0o644);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    // The lock is another file than the draft then; of a claim no more is needed than that it is there.
    const unneeded = path === this.lockPath ? (this.#fd as number) : fd;
    if (path === this.lockPath) this.#fd = fd;
    try {
      await this.#writeTo(fd);
      return true;
    } catch (error) {
      await unlink(path).catch(() => {});
      throw error;
    } finally {
      await this.#closeAnyhow(unneeded);
    }
  }

  async #judge(owner: Owner, path: string): Promise<Exclude<Life, { kind: "silent" }>> {
    const silentFor = (): Promise<number> => this.#silentFor(path);
    const life = await judgeOwner(owner, this.#we, silentFor, this.#isHeld, this.#limits.lockStaleMs);
    return life.kind === "silent" ? this.#watch(owner, path) : life;
  }

  /** Whether its heart beats after all. */
  async #watch(owner: Owner, path: string): Promise<Exclude<Life, { kind: "silent" }>> {
    const { heartbeatMs, lockStaleMs } = this.#limits;
    const before = await stat(path).catch(() => null);
    await sleep(BEATS_WATCHED * heartbeatMs, null, { signal: this.#signal }).catch(() => {});
    const after = await stat(path).catch(() => null);
    const beat = before?.mtimeMs !== after?.mtimeMs || (await readOwner(path))?.token !== owner.token;
    return beat || this.#signal.aborted ? { kind: "alive", provenForMs: lockStaleMs } : { kind: "dead" };
  }

  /** Milliseconds since the file was written, by the clock of the file system it is on. */
  async #silentFor(path: string): Promise<number> {
    const handle = await open(this.draftPath, "r+");
    try {
      await handle.write(serializeOwner(this.#we), 0);
      const [now, then] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
      return then === null ? 0 : now.mtimeMs - then.mtimeMs;
    } finally {
      await handle.close();
    }
  }
}

function busy(owner: Owner, life: Extract<Life, { kind: "alive" }>): Busy {
  return { kind: "busy", owner, mayGoInMs: life.provenForMs };
}

/** Null if there is no such file. */
export async function readOwner(path: string): Promise<Owner | null> {
  try {
    const text = await readFile(path, "utf8");
    return parseOwner(text) ?? unreadableOwner((await stat(path)).ino);
  } catch (error) {
    if (errorCode(error) === "ENOENT") return null;
    throw error;
  }
}

/** False if the disk does not let us. */
export async function takeAway(path: string, calls: FileCalls = BY_THE_POOL): Promise<boolean> {
  try {
    await calls.unlink(path);
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
  return true;
}
