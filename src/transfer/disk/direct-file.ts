/**
 * A file written at given places, past the page cache where that is possible.
 *
 * O_DIRECT saves a copy and leaves the cache to those who read. It wants memory, offset and length in multiples
 * of 4 KiB: the uneven ends go by the usual descriptor. Both may write one file, as they never share a page.
 */
import { closeSync, constants, fstatSync, openSync, statfsSync } from "node:fs";
import { ALIGNMENT } from "./aligned-memory.ts";
import { writeFully, writeFullyLater } from "./write-fully.ts";
import type { WriteOutcome } from "./write-fully.ts";
import { WritePace } from "./write-pace.ts";

/** Types of file systems whose page cache is all there is: tmpfs and ramfs (linux/magic.h). They take O_DIRECT all the same. */
const IN_MEMORY: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** Which file systems refuse O_DIRECT or have no use for it, by device: asked once, remembered as long as the process lives. */
export class DirectMounts {
  readonly #refusing = new Set<number>();

  refuses(device: number): boolean {
    return this.#refusing.has(device);
  }

  refused(device: number): void {
    this.#refusing.add(device);
  }
}

/** What a write consists of: an even part between two uneven ends, any of them empty. */
interface Parts {
  head: Uint8Array;
  even: Uint8Array;
  tail: Uint8Array;
}

export class DirectFile {
  readonly #fd: number;
  readonly #mounts: DirectMounts;
  #device = 0;
  /** The second descriptor; null where O_DIRECT does not work, undefined before it is first wanted. */
  #directFd: number | null | undefined;
  readonly #pace = new WritePace();
  readonly #now: () => number;
  /** Writes by the pool that are under way: their descriptor must stay open. */
  #underWay = 0;
  #closeLater: number | null = null;

  /** @param fd open for writing; stays the caller's */
  constructor(fd: number, mounts: DirectMounts, now: () => number = () => performance.now()) {
    this.#fd = fd;
    this.#now = now;
    this.#mounts = mounts;
  }

  /** Whether writes can go past the cache, as far as is known. */
  get isDirect(): boolean {
    return this.#direct !== null;
  }

  get #direct(): number | null {
    if (this.#directFd === undefined) this.#directFd = this.#open();
    return this.#directFd;
  }

  /**
   * Writes the bytes: at once if the cache takes them quickly (an outcome), else by the thread pool (a promise, and
   * the bytes must stay as they are until it resolves). To go past the cache they have to lie in page-aligned memory at an
   * offset that leaves the same remainder as `position`, divided by 4096.
   *
   * @param direct false: through the cache, for whoever reads them soon
   */
  write(bytes: Uint8Array, position: number, direct: boolean): WriteOutcome | Promise<WriteOutcome> {
    // Past the cache a write lasts as long as the disk takes: the next bytes come meanwhile.
    if (direct && this.isDirect) return this.#writeLater(bytes, position, true);
    if (!this.#pace.mayBlock) {
      this.#pace.passed();
      return this.#writeLater(bytes, position, direct);
    }
    const started = this.#now();
    const outcome = this.writeNow(bytes, position, direct);
    this.#pace.blocked(this.#now() - started);
    return outcome;
  }

  /** Writes the bytes on this thread, however long it takes. */
  writeNow(bytes: Uint8Array, position: number, direct: boolean): WriteOutcome {
    const parts = direct ? this.#split(bytes, position) : null;
    const directFd = parts === null ? null : this.#direct;
    if (parts === null || directFd === null) return writeFully(this.#fd, bytes, position);
    const { head, even, tail } = parts;
    const first = writeFully(this.#fd, head, position);
    if (first.kind === "failed") return first;
    const evenAt = position + head.length;
    const past = writeFully(directFd, even, evenAt);
    const middle =
      past.kind === "failed" && this.#refused(past.error) ? writeFully(this.#fd, even, evenAt) : past;
    if (middle.kind === "failed") return after(head.length, middle);
    return after(head.length + even.length, writeFully(this.#fd, tail, evenAt + even.length));
  }

  async #writeLater(bytes: Uint8Array, position: number, direct: boolean): Promise<WriteOutcome> {
    const parts = direct ? this.#split(bytes, position) : null;
    const directFd = parts === null ? null : this.#direct;
    if (parts === null || directFd === null) return writeFullyLater(this.#fd, bytes, position);
    const { head, even, tail } = parts;
    this.#underWay++;
    try {
      const first = await writeFullyLater(this.#fd, head, position);
      if (first.kind === "failed") return first;
      const evenAt = position + head.length;
      const past = await writeFullyLater(directFd, even, evenAt);
      const again = past.kind === "failed" && this.#refused(past.error);
      const middle = again ? await writeFullyLater(this.#fd, even, evenAt) : past;
      if (middle.kind === "failed") return after(head.length, middle);
      return after(head.length + even.length, await writeFullyLater(this.#fd, tail, evenAt + even.length));
    } finally {
      this.#underWay--;
      this.#closeUnused();
    }
  }

  /** Closes what it has opened itself; writes by the pool may still be under way. */
  close(): void {
    this.#closeLater ??= this.#directFd ?? null;
    this.#directFd = null;
    this.#closeUnused();
  }

  #closeUnused(): void {
    const fd = this.#closeLater;
    if (fd === null || this.#underWay > 0) return;
    // Once only, whatever it answers: close(2) lets go of the descriptor in any case, and its number is used again.
    this.#closeLater = null;
    try {
      closeSync(fd);
    } catch {
      // What became of the bytes, the sync has told.
    }
  }

  /** The same file a second time; by its descriptor, so that it is the same whatever its name is by now. */
  #open(): number | null {
    try {
      this.#device = fstatSync(this.#fd).dev;
    } catch {
      // A disk in trouble: the write by the file's own descriptor meets it, and says so.
      return null;
    }
    if (this.#mounts.refuses(this.#device)) return null;
    const name = `/proc/self/fd/${this.#fd}`;
    try {
      if (!IN_MEMORY.has(statfsSync(name).type))
        return openSync(name, constants.O_WRONLY | constants.O_DIRECT);
    } catch {
      // As if it had refused.
    }
    this.#mounts.refused(this.#device);
    return null;
  }

  /** Some file systems take the flag and refuse the write. True if that is what happened. */
  #refused({ code }: NodeJS.ErrnoException): boolean {
    if (code !== "EINVAL" && code !== "EOPNOTSUPP") return false;
    this.#mounts.refused(this.#device);
    this.close();
    return true;
  }

  /** Null if nothing of it can go past the cache. */
  #split(bytes: Uint8Array, position: number): Parts | null {
    if (bytes.byteOffset % ALIGNMENT !== position % ALIGNMENT) return null;
    const headBytes = (ALIGNMENT - (position % ALIGNMENT)) % ALIGNMENT;
    const end = position + bytes.length;
    const evenBytes = end - (end % ALIGNMENT) - (position + headBytes);
    if (evenBytes <= 0) return null;
    return {
      head: bytes.subarray(0, headBytes),
      even: bytes.subarray(headBytes, headBytes + evenBytes),
      tail: bytes.subarray(headBytes + evenBytes),
    };
  }
}

/** The outcome of a part, as that of the whole: so many bytes were written before it. */
function after(bytes: number, outcome: WriteOutcome): WriteOutcome {
  return outcome.kind === "written" ? outcome : { ...outcome, written: bytes + outcome.written };
}
