/** One writer at a time among processes that share a folder, by a lock file beside the one that is edited. */
import { randomUUID } from "node:crypto";
import { open, readFile, rename, stat, unlink } from "node:fs/promises";
import { hostname } from "node:os";
import { systemClock } from "../job/clock.ts";
import { codeOf } from "./error-code.ts";

/**
 * A lock this old belongs to a process that died: an edit takes milliseconds. Clocks of machines that share
 * the folder may differ by less than this; if they do not, `held` is what keeps the file safe.
 */
const DEAD_AFTER_MS = 30_000;
/** How long to wait for others: longer than it takes until a dead one's lock is broken. */
const PATIENCE_MS = 40_000;
const POLL_MS = 15;

export interface FileLock {
  /** Whether the lock is still ours: somebody may have taken us for dead. */
  held(): Promise<boolean>;
  release(): Promise<void>;
}

/** Takes the lock, or null if others hold it for too long. Rejects if the folder cannot be written. */
export async function lockFile(path: string): Promise<FileLock | null> {
  const token = `${hostname()} ${process.pid} ${randomUUID()}`;
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!(await create(path, token))) {
    if (performance.now() > giveUpAt) return null;
    if (await isDead(path)) await breakLock(path);
    else await systemClock.sleep(POLL_MS * (1 + Math.random()));
  }
  const held = async (): Promise<boolean> => (await readFile(path, "utf8").catch(() => "")) === token;
  return {
    held,
    release: async () => {
      if (await held()) await unlink(path).catch(() => undefined);
    },
  };
}

async function create(path: string, token: string): Promise<boolean> {
  try {
    const handle = await open(path, "wx", 0o600);
    try {
      await handle.writeFile(token);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

async function isDead(path: string): Promise<boolean> {
  const lock = await stat(path).catch(() => null);
  if (lock === null) return false;
  if (Date.now() - lock.mtimeMs > DEAD_AFTER_MS) return true;
  const [host, pid] = (await readFile(path, "utf8").catch(() => "")).split(" ");
  return host === hostname() && pid !== undefined && !isAlive(Number(pid));
}

function isAlive(pid: number): boolean {
  try {
    // Signal 0 asks without sending anything (kill(2)); EPERM means it lives and is not ours.
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) !== "ESRCH";
  }
}

/** Renames first: of several that find the lock dead, one gets it, and a fresh one is not deleted unseen. */
async function breakLock(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  await unlink(aside).catch(() => undefined);
}
