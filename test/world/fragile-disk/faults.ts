/** Which operations of a fragile disk fail, and how. */

/** What programs ask of a file system, in a test's words. */
export type Operation =
  | "look"
  | "stat"
  | "list"
  | "open"
  | "read"
  | "create"
  | "write"
  | "truncate"
  | "sync"
  | "sync_folder"
  | "close"
  | "rename"
  | "link"
  | "unlink"
  | "make_folder"
  | "remove_folder"
  | "space";

export const ERRNO = {
  EPERM: 1,
  ENOENT: 2,
  EIO: 5,
  EEXIST: 17,
  ENOTDIR: 20,
  EISDIR: 21,
  EINVAL: 22,
  EFBIG: 27,
  ENOSPC: 28,
  EROFS: 30,
  ENOSYS: 38,
  ENOTEMPTY: 39,
  EOPNOTSUPP: 95,
  ESTALE: 116,
  EDQUOT: 122,
} as const;

export type Errno = keyof typeof ERRNO;

export interface Fault {
  /** Which operations it fits. */
  on: readonly Operation[];
  /** Part of the name of the file. */
  name?: string;
  /** So many fitting operations pass first. Default 0. */
  after?: number;
  /** So many are hit, null for all from then on. Default 1. */
  times?: number | null;
  errno?: Errno;
  /** It is done all the same: the answer of a server was lost, and the second asking failed. */
  done?: boolean;
  /** A write takes only half of its bytes. */
  short?: boolean;
  /** It takes so long before anything happens. */
  delayMs?: number;
}

export interface Seen {
  operation: Operation;
  name: string;
}

/** Longest list of operations that is kept. */
const MAX_SEEN = 20_000;

export class Faults {
  /** By who set them. */
  readonly #faults = new Map<string, { fault: Fault; met: number }[]>();
  /** Every operation since faults were set. */
  #seen: Seen[] = [];

  set(key: string, faults: readonly Fault[]): void {
    if (faults.length === 0) this.#faults.delete(key);
    else {
      this.#faults.set(
        key,
        faults.map((fault) => ({ fault, met: 0 })),
      );
    }
    this.#seen = [];
  }

  get seen(): readonly Seen[] {
    return this.#seen;
  }

  meet(operation: Operation, name: string): Fault | null {
    if (this.#seen.length < MAX_SEEN) this.#seen.push({ operation, name });
    let hit: Fault | null = null;
    for (const entry of [...this.#faults.values()].flat()) {
      const { on, name: part, after = 0, times = 1 } = entry.fault;
      if (!on.includes(operation) || (part !== undefined && !name.includes(part))) continue;
      const nth = entry.met - after;
      entry.met += 1;
      if (nth >= 0 && nth < (times ?? Infinity)) hit ??= entry.fault;
    }
    return hit;
  }
}
