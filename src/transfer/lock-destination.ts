/**
 * One writer per destination, across processes and machines (CONTRACT §4).
 *
 * `NAME.part.lock` appears by exclusive create and names its owner. An owner that is provably dead, or on
 * another machine and silent for too long, is replaced. For that a claim on its unique token is created
 * exclusively first: of any number of processes that find the same dead owner, one gets the claim, makes sure
 * the lock still is the dead one's, and puts its own in its place by rename. A claim whose owner died is
 * inherited in the same way, by a claim on the claim.
 */
import { randomUUID } from "node:crypto";
import { link, open, readdir, readFile, rename, stat, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname, join } from "node:path";
import { errorCode } from "./classify-disk-error.ts";
import type { ProcessIdentity } from "./process-identity.ts";
import { identifyOurselves, judgeAlive } from "./process-identity.ts";

export interface LockLimits {
  heartbeatMs: number;
  lockStaleMs: number;
}

interface Owner extends ProcessIdentity {
  token: string;
}

export interface DestinationLock {
  /** Aborts when somebody else has taken the lock: nothing may be written any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

export type LockOutcome = { kind: "locked"; lock: DestinationLock } | { kind: "busy"; owner: string };

/** A lock that changes hands this often while we look at it is in good hands. */
const MAX_TRIES = 20;

/** Locks of this thread; one that is not here but bears our name was left by a fault. */
const held = new Set<string>();

/** @param path the final path; its folder exists. Rejects with errors of the file system. */
export async function lockDestination(path: string, limits: LockLimits): Promise<LockOutcome> {
  const identity = await identifyOurselves();
  const owner: Owner = { token: randomUUID(), ...identity };
  const place = new LockPlace(path, owner, limits);
  held.add(owner.token);
  try {
    await place.prepare();
    for (let nth = 0; nth < MAX_TRIES; nth += 1) {
      const outcome = await place.tryOnce();
      if (outcome === "won") return { kind: "locked", lock: await holdLock(place.lockPath, owner, limits) };
      if (outcome !== "again") {
        held.delete(owner.token);
        return { kind: "busy", owner: describe(outcome, owner) };
      }
    }
    held.delete(owner.token);
    return { kind: "busy", owner: "another download" };
  } catch (error) {
    held.delete(owner.token);
    throw error;
  } finally {
    await place.cleanUp();
  }
}

function describe(owner: Owner, we: Owner): string {
  if (owner.host === "") return "another download";
  if (owner.host !== we.host) return `process ${owner.pid} on ${owner.host}`;
  return owner.pid === we.pid ? "another download of this program" : `process ${owner.pid}`;
}

class LockPlace {
  readonly lockPath: string;
  readonly #folder: string;
  readonly #draft: string;
  readonly #content: string;
  readonly #we: Owner;
  readonly #limits: LockLimits;

  constructor(path: string, we: Owner, limits: LockLimits) {
    this.lockPath = `${path}.part.lock`;
    this.#folder = dirname(path);
    this.#draft = join(this.#folder, `.haulyard-${we.token}.lock`);
    this.#content = `${JSON.stringify(we)}\n`;
    this.#we = we;
    this.#limits = limits;
  }

  async prepare(): Promise<void> {
    const handle = await open(this.#draft, "wx", 0o644);
    try {
      await handle.writeFile(this.#content);
    } finally {
      await handle.close();
    }
  }

  async cleanUp(): Promise<void> {
    await unlink(this.#draft).catch(() => {});
  }

  /** `won`, the living owner, or `again` when things changed while looking. */
  async tryOnce(): Promise<"won" | "again" | Owner> {
    if (await this.#create(this.lockPath)) return "won";
    const owner = await this.#read(this.lockPath);
    if (owner === null) return "again";
    if (await this.#lives(owner, this.lockPath)) return owner;
    return this.#takeOver(owner);
  }

  async #takeOver(dead: Owner): Promise<"won" | "again" | Owner> {
    const claims: string[] = [];
    let victim = dead;
    for (;;) {
      const claim = join(this.#folder, `.haulyard-${victim.token}.claim`);
      if (await this.#create(claim)) {
        claims.push(claim);
        break;
      }
      const claimant = await this.#read(claim);
      if (claimant === null) return "again";
      if (await this.#lives(claimant, claim)) return claimant;
      claims.push(claim);
      victim = claimant;
    }
    const ours = claims.at(-1) as string;
    // Only the owner of the last claim may replace this lock, and that is us; but somebody may have been
    // through with all of it before our claim: then the lock bears another token already.
    if ((await this.#read(this.lockPath))?.token !== dead.token) {
      await unlink(ours).catch(() => {});
      return "again";
    }
    await rename(this.#draft, this.lockPath);
    for (const claim of claims) await unlink(claim).catch(() => {});
    await this.#sweep();
    return "won";
  }

  /** Drafts of processes that died before they could take them away: where one died, others may have. */
  async #sweep(): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      if (!/^\.haulyard-[0-9a-f-]{36}\.lock$/.test(name)) continue;
      const draft = join(this.#folder, name);
      const owner = await this.#read(draft).catch(() => null);
      if (owner !== null && (await judgeAlive(owner, this.#we)) === "dead")
        await unlink(draft).catch(() => {});
    }
  }

  /** Creates the file with our name in it, unless it exists. */
  async #create(path: string): Promise<boolean> {
    try {
      await link(this.#draft, path);
      return true;
    } catch (error) {
      const code = errorCode(error);
      if (code === "EEXIST") return false;
      if (!LINK_UNSUPPORTED.has(code ?? "")) throw error;
    }
    let handle: FileHandle;
    try {
      handle = await open(path, "wx", 0o644);
    } catch (error) {
      if (errorCode(error) === "EEXIST") return false;
      throw error;
    }
    try {
      await handle.writeFile(this.#content);
      return true;
    } finally {
      await handle.close();
    }
  }

  /** Null if it is gone. */
  async #read(path: string): Promise<Owner | null> {
    try {
      const text = await readFile(path, "utf8");
      return parseOwner(text) ?? unreadable((await stat(path)).ino);
    } catch (error) {
      if (errorCode(error) === "ENOENT") return null;
      throw error;
    }
  }

  async #lives(owner: Owner, path: string): Promise<boolean> {
    const verdict = await judgeAlive(owner, this.#we);
    if (verdict === "dead") return false;
    if (verdict === "unknown") return (await this.#silentFor(path)) < this.#limits.lockStaleMs;
    const here = owner.pid === this.#we.pid && owner.threadId === this.#we.threadId;
    return !here || held.has(owner.token);
  }

  /** Milliseconds since the file was written, by the clock of the file system it is on. */
  async #silentFor(path: string): Promise<number> {
    const handle = await open(this.#draft, "r+");
    try {
      await handle.write(this.#content, 0);
      const [now, then] = await Promise.all([handle.stat(), stat(path).catch(() => null)]);
      return then === null ? 0 : now.mtimeMs - then.mtimeMs;
    } finally {
      await handle.close();
    }
  }
}

function parseOwner(text: string): Owner | null {
  try {
    const owner = JSON.parse(text) as Owner | null;
    return typeof owner?.token === "string" && typeof owner.pid === "number" ? owner : null;
  } catch {
    return null;
  }
}

/** Empty while it is being written (where links are not supported), or damaged: only its age can tell. */
function unreadable(inode: number): Owner {
  const nobody = { host: "", bootId: null, pidNamespace: null, pid: 0, startedAt: null, threadId: 0 };
  return { token: `unreadable-${inode}`, ...nobody };
}

/** link(2): what file systems without hard links answer. */
const LINK_UNSUPPORTED: ReadonlySet<string> = new Set(["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"]);

async function holdLock(lockPath: string, owner: Owner, limits: LockLimits): Promise<DestinationLock> {
  const handle = await open(lockPath, "r+");
  const { ino } = await handle.stat();
  const lost = new AbortController();
  const isOurs = async (): Promise<boolean> =>
    (await stat(lockPath).catch(() => null))?.ino === ino && held.has(owner.token);
  const beat = async (): Promise<void> => {
    if (!(await isOurs())) return lost.abort();
    await handle.write(`${JSON.stringify(owner)}\n`, 0);
  };
  const timer = setInterval(() => {
    // A beat that fails (disk trouble) is no loss yet: the next one may do, and others wait long enough.
    beat().catch(() => {});
  }, limits.heartbeatMs);
  timer.unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    if (await isOurs()) await unlink(lockPath).catch(() => {});
    held.delete(owner.token);
    await handle.close().catch(() => {});
  };
  return { lost: lost.signal, release };
}
