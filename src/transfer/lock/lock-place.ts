/** The files of a lock: `NAME.part.lock`, drafts of it, and claims on those whose owners are dead. */
import { link, open, readFile, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { errorCode } from "../classify-disk-error.ts";
import type { Life } from "./judge-owner.ts";
import { judgeOwner } from "./judge-owner.ts";
import type { Owner } from "./lock-owner.ts";
import { parseOwner, serializeOwner, unreadableOwner } from "./lock-owner.ts";

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

/** A silent owner is watched for so many heartbeats: clocks jump, hearts beat. */
const BEATS_WATCHED = 2.5;

/** link(2): what file systems without hard links answer. */
const LINK_UNSUPPORTED: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

export class LockPlace {
  readonly lockPath: string;
  readonly draftPath: string;
  readonly #folder: string;
  readonly #we: Owner;
  readonly #isHeld: (token: string) => boolean;
  readonly #limits: LockLimits;
  readonly #signal: AbortSignal;

  constructor(
    path: string,
    we: Owner,
    isHeld: (token: string) => boolean,
    limits: LockLimits,
    signal: AbortSignal,
  ) {
    this.lockPath = `${path}.part.lock`;
    this.#folder = dirname(path);
    this.draftPath = join(this.#folder, `.haulyard-${we.token}.lock`);
    this.#we = we;
    this.#isHeld = isHeld;
    this.#limits = limits;
    this.#signal = signal;
  }

  async prepare(): Promise<void> {
    const handle = await open(this.draftPath, "wx", 0o644);
    try {
      await handle.writeFile(serializeOwner(this.#we));
    } finally {
      await handle.close();
    }
  }

  /** False if something is left behind. */
  cleanUp(): Promise<boolean> {
    return takeAway(this.draftPath);
  }

  async tryOnce(): Promise<Attempt> {
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
    } catch (error) {
      if ((await readOwner(this.lockPath).catch(() => null))?.token !== this.#we.token) throw error;
    }
  }

  /** Creates the file with our name in it. False if it exists and is not ours. */
  async #create(path: string): Promise<boolean> {
    try {
      await link(this.draftPath, path);
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
    let handle: FileHandle;
    try {
      handle = await open(path, "wx", 0o644);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    try {
      await handle.writeFile(serializeOwner(this.#we));
      return true;
    } catch (error) {
      await unlink(path).catch(() => {});
      throw error;
    } finally {
      await handle.close();
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
export async function takeAway(path: string): Promise<boolean> {
  try {
    await unlink(path);
  } catch (error) {
    return errorCode(error) === "ENOENT";
  }
  return true;
}
