/** The unfinished file and its ledger, while a run writes them. */
import { constants } from "node:fs";
import { lstat, open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { ChecksumAlgorithm } from "../job/job.ts";
import type { ByteRange } from "./byte-ranges.ts";
import { addRange, clipRanges, countBytes, firstGap, prefixEnd, removeRange } from "./byte-ranges.ts";
import { fileIdOf } from "./file-id.ts";
import { isRegular, partPath, removeIfThere, writeLedger } from "./ledger-file.ts";
import type { Ledger } from "./ledger.ts";
import { PrefixHash } from "./prefix-hash.ts";
import { FileSync } from "./sync-file.ts";
import { syncFolder } from "./sync-folder.ts";

export interface PartRules {
  now: () => number;
  /** Stops hashing behind the writes. */
  signal: AbortSignal;
  flushEveryMs: number;
  flushEveryBytes: number;
  /** Written but not claimed; beyond it, `write` waits for the sync. */
  unclaimedBytes: number;
  /** Before the ledger or the file is replaced; rejects if they are somebody else's by now. */
  confirm: () => Promise<void>;
  /** After the ledger was renamed. */
  flushed: () => void | Promise<void>;
}

export class PartFile {
  /** It is not the file that was written, as far as the file system knows: its bytes have to be compared. */
  readonly moved: boolean;
  readonly #path: string;
  readonly #fileId: string;
  readonly #handle: FileHandle;
  readonly #sync: FileSync;
  readonly #rules: PartRules;
  #ledger: Ledger;
  /** Written, not necessarily synced. The ledger's `done` is what was synced. */
  #written: readonly ByteRange[];
  #hash: PrefixHash | null = null;
  #unclaimed = 0;
  #flushedAt: number;
  #flushing: Promise<void> | null = null;
  /** What a flush behind the writes failed with; the next write meets it. */
  #trouble: { error: unknown } | null = null;
  readonly #closed = new AbortController();
  readonly #stop: AbortSignal;

  private constructor(
    path: string,
    handle: FileHandle,
    ledger: Ledger,
    rules: PartRules,
    file: { fileId: string; moved: boolean },
  ) {
    this.#path = path;
    this.moved = file.moved;
    this.#fileId = file.fileId;
    this.#handle = handle;
    this.#sync = new FileSync(handle);
    this.#ledger = ledger;
    this.#written = ledger.done;
    this.#rules = rules;
    this.#flushedAt = rules.now();
    this.#stop = AbortSignal.any([rules.signal, this.#closed.signal]);
  }

  /**
   * Begins with nothing; what lies there goes. The file comes before its ledger, so that what makes the one
   * lasting does so with the other's name: cut off in between, the old ledger finds no file or an empty one.
   */
  static async begin(path: string, ledger: Ledger, rules: PartRules): Promise<PartFile> {
    const file = partPath(path);
    await isRegular(file);
    await rules.confirm();
    // A new file, not the old one emptied: that one may have a second name by now (the final one).
    await removeIfThere(file);
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
    const handle = await open(file, flags, 0o666);
    try {
      const empty: Ledger = { ...ledger, done: [], complete: false };
      await writeLedger(path, empty, true);
      return new PartFile(path, handle, empty, rules, { fileId: await fileIdOf(handle), moved: false });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  /**
   * Goes on with what the ledger claims. Null if the bytes it claims are not there.
   *
   * A file with another id is not the one that was written: moved with its folder to another disk, or
   * something else altogether. Then the end is not counted in, so that it is fetched and compared.
   *
   * @param overlapBytes how much of the end that is
   */
  static async resume(
    path: string,
    ledger: Ledger,
    rules: PartRules,
    overlapBytes: number,
  ): Promise<PartFile | null> {
    const file = partPath(path);
    if (!(await isRegular(file))) return null;
    if ((await lstat(file)).nlink > 1) return null; // has a second name: not ours alone to write to
    const handle = await open(file, constants.O_RDWR | constants.O_NOFOLLOW);
    try {
      const { size } = await handle.stat();
      const fileId = await fileIdOf(handle);
      const moved = fileId !== ledger.fileId;
      const there = clipRanges(ledger.done, size);
      const done = moved ? clipRanges(there, Math.max(0, (there.at(-1)?.[1] ?? 0) - overlapBytes)) : there;
      const complete = ledger.complete && countBytes(done) === ledger.facts.size;
      if (done.length === 0 && !complete) {
        await handle.close();
        return null;
      }
      // What lies behind the last claim was never synced, or is of another time.
      await handle.truncate(done.at(-1)?.[1] ?? 0);
      return new PartFile(path, handle, { ...ledger, done, complete }, rules, { fileId, moved });
    } catch (error) {
      await handle.close();
      throw error;
    }
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Bytes written so far, holes left out. */
  get bytesWritten(): number {
    return countBytes(this.#written);
  }

  get written(): readonly ByteRange[] {
    return this.#written;
  }

  /** First hole, or null when nothing is missing. */
  get gap(): { start: number; end: number | null } | null {
    if (this.#ledger.complete) return null;
    return firstGap(this.#written, this.#ledger.facts.size);
  }

  /** Hashes what was written so far and whatever comes, behind the writes. */
  startHash(algorithm: ChecksumAlgorithm): void {
    this.#hash = new PrefixHash(algorithm, this.#handle);
    this.#chase();
  }

  /** Null while no hash is kept. */
  get hash(): PrefixHash | null {
    return this.#hash;
  }

  /** Hashes what the hash has missed so far. Returns early when the run is stopped. */
  async catchUp(): Promise<void> {
    const end = (): number => prefixEnd(this.#written);
    while (this.#hash !== null && this.#hash.position < end() && !this.#stop.aborted) {
      await this.#hash.chase(end, this.#stop);
    }
  }

  #chase(): void {
    // Trouble with reading is met again, and told, when the hash is caught up with at the end.
    this.#hash?.chase(() => prefixEnd(this.#written), this.#stop).catch(() => {});
  }

  /** Writes all of the bytes. They must stay as they are until the promise resolves. */
  async write(offset: number, bytes: Uint8Array): Promise<void> {
    const trouble = this.#sync.failed ?? this.#trouble;
    if (trouble !== null) throw trouble.error;
    for (let at = 0; at < bytes.length;) {
      // Disks that are nearly full take a part; the next write says why.
      const { bytesWritten } = await this.#handle.write(bytes, at, bytes.length - at, offset + at);
      this.#written = addRange(this.#written, [offset + at, offset + at + bytesWritten]);
      this.#hash?.offer(offset + at, bytes.subarray(at, at + bytesWritten));
      if (this.#hash !== null && this.#hash.position < prefixEnd(this.#written)) this.#chase();
      this.#unclaimed += bytesWritten;
      at += bytesWritten;
    }
    await this.#keepFlushed();
  }

  async #keepFlushed(): Promise<void> {
    const { now, flushEveryMs, flushEveryBytes, unclaimedBytes } = this.#rules;
    const due = this.#unclaimed >= flushEveryBytes || now() - this.#flushedAt >= flushEveryMs;
    if (due && this.#flushing === null) {
      this.flush().catch((error: unknown) => {
        this.#trouble ??= { error };
      });
    }
    if (this.#unclaimed >= unclaimedBytes) await this.flush();
  }

  /** Syncs what is written, then claims it. Joins a flush that is under way, and then flushes the rest. */
  async flush(): Promise<void> {
    while (this.#flushing !== null) await this.#flushing.catch(() => {});
    this.#flushing = this.#flushOnce().finally(() => {
      this.#flushing = null;
    });
    await this.#flushing;
  }

  async #flushOnce(): Promise<void> {
    const written = this.#written;
    const unclaimed = this.#unclaimed;
    if (unclaimed === 0) return;
    this.#flushedAt = this.#rules.now();
    await this.#sync.data();
    // What was written since the file was opened was written after its end was compared, if it had to be.
    await this.#save({ ...this.#ledger, done: written, fileId: this.#fileId });
    this.#unclaimed -= unclaimed;
    await this.#rules.flushed();
  }

  async #save(ledger: Ledger): Promise<void> {
    await this.#rules.confirm();
    await writeLedger(this.#path, ledger, false);
    this.#ledger = ledger;
  }

  /** Takes back a range that turned out not to be what it was taken for. */
  async disown(range: ByteRange): Promise<void> {
    while (this.#flushing !== null) await this.#flushing.catch(() => {});
    await this.#rules.confirm();
    this.#written = removeRange(this.#written, range);
    await writeLedger(this.#path, { ...this.#ledger, done: this.#written }, true);
    this.#ledger = { ...this.#ledger, done: this.#written };
    // Hashed bytes cannot be taken back.
    if (this.#hash !== null && this.#hash.position > prefixEnd(this.#written)) this.#hash = null;
  }

  /** More is known now of what the bytes are. */
  async learn(more: Partial<Omit<Ledger, "done">>): Promise<void> {
    while (this.#flushing !== null) await this.#flushing.catch(() => {});
    await this.#sync.data();
    await this.#save({ ...this.#ledger, ...more, done: this.#written });
    this.#unclaimed = 0;
  }

  /** Reads into the buffer; answers how many bytes there were. */
  async read(offset: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(length);
    let at = 0;
    while (at < length) {
      const { bytesRead } = await this.#handle.read(buffer, at, length - at, offset + at);
      if (bytesRead === 0) break;
      at += bytesRead;
    }
    return buffer.subarray(0, at);
  }

  /** Length of the file as it is on the disk. */
  async lengthOnDisk(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** Whether the name of the partial still leads to the file that is being written. */
  async isNamed(): Promise<boolean> {
    const [own, named] = await Promise.all([
      this.#handle.stat(),
      lstat(partPath(this.#path)).catch(() => null),
    ]);
    return named !== null && named.ino === own.ino && named.dev === own.dev;
  }

  /** Everything on the disk, names included. */
  async sync(): Promise<void> {
    await this.flush();
    await this.#sync.all();
    await syncFolder(dirname(this.#path));
  }

  /**
   * Gives back the end of what was written, so that a full disk has room for the ledger that claims the rest.
   */
  async giveBack(bytes: number): Promise<void> {
    const end = this.#written.at(-1)?.[1] ?? 0;
    const keep = Math.max(0, end - bytes);
    this.#written = clipRanges(this.#written, keep);
    await this.#handle.truncate(keep);
  }

  get closed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Lets go of the file; what was not flushed is not claimed. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.#closed.abort();
    while (this.#flushing !== null) await this.#flushing.catch(() => {});
    await this.#hash?.chase(() => 0, this.#stop).catch(() => {});
    await this.#handle.close();
  }
}
