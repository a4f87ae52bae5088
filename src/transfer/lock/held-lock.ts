/** The lock on a destination while it is ours. */
import { fdatasync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { errorCode } from "../disk/classify-disk-error.ts";
import type { FileCalls } from "../disk/file-calls.ts";
import { writeFullyLater } from "../disk/write-fully.ts";
import type { Owner } from "./lock-owner.ts";
import { parseOwner, serializeOwner } from "./lock-owner.ts";

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

interface HoldRules {
  heartbeatMs: number;
  /** How it is released. */
  calls: FileCalls;
  /** It is held no more. */
  forget: () => void;
  /** Epoch milliseconds: when taking it was begun. */
  beganAt: number;
}

const datasync = promisify(fdatasync);

export class HeldLock implements DestinationLock {
  readonly #lockPath: string;
  readonly #we: Owner;
  /** Open for writing; closed with the lock. */
  readonly #fd: number;
  readonly #rules: HoldRules;
  readonly #lost = new AbortController();
  readonly #timer: NodeJS.Timeout;
  /** By the wall clock: unlike others, it goes on while the machine sleeps. */
  #confirmedAt: number;
  #beating: Promise<void> | null = null;

  constructor(lockPath: string, we: Owner, fd: number, rules: HoldRules) {
    this.#lockPath = lockPath;
    this.#we = we;
    this.#fd = fd;
    this.#rules = rules;
    this.#confirmedAt = rules.beganAt;
    this.#timer = setInterval(() => {
      // A beat that fails (disk trouble) is no loss yet: the next one may do, and others wait long enough.
      this.#beating ??= this.#beat()
        .catch(() => {})
        .finally(() => {
          this.#beating = null;
        });
    }, rules.heartbeatMs);
    this.#timer.unref();
  }

  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  async confirm(): Promise<boolean> {
    if (this.#lost.signal.aborted) return false;
    if (Math.abs(Date.now() - this.#confirmedAt) < this.#rules.heartbeatMs) return true;
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
    if (!(await this.#look())) return;
    await writeFullyLater(this.#fd, Buffer.from(serializeOwner(this.#we)), 0);
    // Network file systems keep what is written to themselves for half a minute.
    await datasync(this.#fd);
  }

  async release(): Promise<void> {
    clearInterval(this.#timer);
    // What a beat writes to must not be another file by then.
    await this.#beating;
    const { calls, forget } = this.#rules;
    try {
      if (await this.confirm()) await calls.unlink(this.#lockPath);
    } catch {
      // Whoever comes next finds that we do not hold it.
    }
    forget();
    try {
      await calls.close(this.#fd);
    } catch {
      // Nothing of it is needed any more.
    }
  }
}
