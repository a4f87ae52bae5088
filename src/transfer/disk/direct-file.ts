/**
 * A file written at given places, past the page cache where that is possible.
 *
 * O_DIRECT saves a copy and leaves the cache to those who read. It wants memory, offset and length in multiples
 * of 4 KiB: the uneven ends go by the usual descriptor. Both may write one file, as they never share a page.
 */
import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { ALIGNMENT } from "./aligned-memory.ts";
import { writeFully, writeFullyLater } from "./write-fully.ts";
import type { WriteOutcome } from "./write-fully.ts";
import { WritePace } from "./write-pace.ts";

/** Which file systems refuse O_DIRECT, by device: asked once, remembered as long as the process lives. */
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
  readonly #device: number;
  /** The second descriptor, or null where O_DIRECT does not work. */
  #directFd: number | null;
  readonly #pace = new WritePace();
  readonly #now: () => number;
  /** Writes by the pool that are under way: their descriptor must stay open. */
  #underWay = 0;
  #closeLater: number | null = null;

  /**
   * @param fd open for writing; stays the caller's
   * @param mounts null: write through the page cache
   */
  constructor(fd: number, mounts: DirectMounts | null, now: () => number = () => performance.now()) {
    this.#fd = fd;
    this.#now = now;
    this.#mounts = mounts ?? new DirectMounts();
    this.#device = mounts === null ? 0 : fstatSync(fd).dev;
    this.#directFd = mounts === null || mounts.refuses(this.#device) ? null : this.#open();
  }

  get isDirect(): boolean {
    return this.#directFd !== null;
  }

  /**
   * Writes the bytes: at once if the disk is quick (an outcome), else by the thread pool (a promise, and the bytes
   * must stay as they are until it resolves). To go past the cache they have to lie in page-aligned memory at an
   * offset that leaves the same remainder as `position`, divided by 4096.
   */
  write(bytes: Uint8Array, position: number): WriteOutcome | Promise<WriteOutcome> {
    if (!this.#pace.mayBlock) {
      this.#pace.passed();
      return this.#writeLater(bytes, position);
    }
    const started = this.#now();
    const outcome = this.writeNow(bytes, position);
    this.#pace.blocked(this.#now() - started);
    return outcome;
  }

  /** Writes the bytes on this thread, however long it takes. */
  writeNow(bytes: Uint8Array, position: number): WriteOutcome {
    const parts = this.#split(bytes, position);
    if (parts === null || this.#directFd === null) return writeFully(this.#fd, bytes, position);
    const { head, even, tail } = parts;
    const first = writeFully(this.#fd, head, position);
    if (first.kind === "failed") return first;
    const evenAt = position + head.length;
    const direct = writeFully(this.#directFd, even, evenAt);
    const middle =
      direct.kind === "failed" && this.#refused(direct.error) ? writeFully(this.#fd, even, evenAt) : direct;
    if (middle.kind === "failed") return after(head.length, middle);
    return after(head.length + even.length, writeFully(this.#fd, tail, evenAt + even.length));
  }

  async #writeLater(bytes: Uint8Array, position: number): Promise<WriteOutcome> {
    const parts = this.#split(bytes, position);
    const directFd = this.#directFd;
    if (parts === null || directFd === null) return writeFullyLater(this.#fd, bytes, position);
    const { head, even, tail } = parts;
    this.#underWay++;
    try {
      const first = await writeFullyLater(this.#fd, head, position);
      if (first.kind === "failed") return first;
      const evenAt = position + head.length;
      const direct = await writeFullyLater(directFd, even, evenAt);
      const again = direct.kind === "failed" && this.#refused(direct.error);
      const middle = again ? await writeFullyLater(this.#fd, even, evenAt) : direct;
      if (middle.kind === "failed") return after(head.length, middle);
      return after(head.length + even.length, await writeFullyLater(this.#fd, tail, evenAt + even.length));
    } finally {
      this.#underWay--;
      this.#closeUnused();
    }
  }

  /** Closes what it has opened itself; writes by the pool may still be under way. */
  close(): void {
    this.#closeLater ??= this.#directFd;
    this.#directFd = null;
    this.#closeUnused();
  }

  #closeUnused(): void {
    if (this.#closeLater === null || this.#underWay > 0) return;
    closeSync(this.#closeLater);
    this.#closeLater = null;
  }

  /** The same file a second time; by its descriptor, so that it is the same whatever its name is by now. */
  #open(): number | null {
    try {
      return openSync(`/proc/self/fd/${this.#fd}`, constants.O_WRONLY | constants.O_DIRECT);
    } catch {
      this.#mounts.refused(this.#device);
      return null;
    }
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
    if (this.#directFd === null || bytes.byteOffset % ALIGNMENT !== position % ALIGNMENT) return null;
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
