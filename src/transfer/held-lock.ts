/** The lock on a destination while it is ours: shows that we live, notices when it was taken from us. */
import { stat } from "node:fs/promises";
import type { FileCalls } from "./disk/file-calls.ts";
import { writeFullyLater } from "./disk/write-fully.ts";

export interface LockLimits {
  heartbeatMs: number;
  lockStaleMs: number;
}

export interface DestinationLock {
  /** Aborts when somebody else has taken the lock: nothing may be written any more. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** Locks of this thread; one that is not here but bears our name was left by a fault. */
export const held = new Set<string>();

interface LockFile {
  path: string;
  /** Open for writing; closed with the lock. */
  fd: number;
  ino: number;
  token: string;
  content: Uint8Array;
}

export function holdLock(file: LockFile, { heartbeatMs }: LockLimits, calls: FileCalls): DestinationLock {
  const { path, fd, ino, token, content } = file;
  const lost = new AbortController();
  let beating: Promise<unknown> | null = null;
  const beat = async (): Promise<void> => {
    const now = await stat(path).catch(() => null);
    if (now?.ino !== ino || !held.has(token)) return lost.abort();
    // A beat that fails (disk trouble) is no loss yet: the next one may do, and others wait long enough.
    await writeFullyLater(fd, content, 0);
  };
  const timer = setInterval(() => {
    beating ??= beat().finally(() => {
      beating = null;
    });
  }, heartbeatMs);
  timer.unref();
  const release = async (): Promise<void> => {
    clearInterval(timer);
    // What it writes to must not be another file by then.
    await beating;
    try {
      const now = await calls.look(path);
      if (now?.ino === ino && held.has(token)) await calls.unlink(path);
    } catch {
      // Whoever comes next finds that we do not hold it.
    }
    held.delete(token);
    await calls.close(fd);
  };
  return { lost: lost.signal, release };
}
