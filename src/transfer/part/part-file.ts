/** The unfinished file and its ledger, while a run writes them: any number of bodies at once, each to its place. */
import type { FileHandle } from "node:fs/promises";
import { dirname } from "node:path";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { ByteRange } from "./byte-ranges.ts";
import { addRange, claimable, clipRanges, countBytes, removeRange } from "./byte-ranges.ts";
import { DirectFile } from "../disk/direct-file.ts";
import { goesDirect } from "../disk/direct-io.ts";
import type { Slot } from "../disk/slot-pool.ts";
import { SlotShare } from "../disk/slot-pool.ts";
import { writeLedger } from "./ledger-file.ts";
import type { Ledger } from "./ledger.ts";
import { PartFlush } from "./part-flush.ts";
import type { OpenPart } from "./part-handle.ts";
import { createPart, isStillNamed, reopenPart } from "./part-handle.ts";
import { PartHash } from "./part-hash.ts";
import type { PartRules } from "./part-rules.ts";
import { readFully } from "./read-fully.ts";
import type { Seams } from "./seams.ts";
import { addSeam } from "./seams.ts";
import { FileSink } from "../sinks/file-sink.ts";
import type { SinkEnd, SinkFile, SinkRange } from "../sinks/file-sink.ts";
import { FileSync } from "../disk/sync-file.ts";
import { syncFolder } from "../disk/sync-folder.ts";

/** Slots of one file that are written or hashed while its connections fill others: 8 MiB. */
const SLOTS_AHEAD = 32;
/** So many connections receive into large slots; with more they would take too much memory. */
const LARGE_UP_TO = 16;

export class PartFile {
  readonly moved: OpenPart["moved"];
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #sync: FileSync;
  readonly #rules: PartRules;
  readonly #flush: PartFlush;
  readonly #hash: PartHash;
  readonly #target: SinkFile;
  #ledger: Ledger;
  /** Written, not necessarily synced. The ledger's `done` is what was synced. */
  #written: readonly ByteRange[] = [];
  #bytesWritten = 0;
  #seams: Seams;
  /** Where bodies go, and how to make whoever receives one leave it. */
  readonly #sinks = new Map<FileSink, () => void>();
  #timer: NodeJS.Timeout | null = null;
  /** A hash may be wanted of what is written now. */
  #hashMayCome = false;
  /** What a write or a flush failed with; everybody who writes meets it. */
  #trouble: { error: unknown } | null = null;
  #whenLeft: () => void = () => {};
  #closed = false;

  private constructor(path: string, { handle, fileId, ledger, moved }: OpenPart, rules: PartRules) {
    const { machinery } = rules;
    this.moved = moved;
    this.#path = path;
    this.#handle = handle;
    this.#sync = new FileSync(handle);
    this.#ledger = ledger;
    this.#rules = rules;
    this.#flush = new PartFlush(rules, {
      // What was written since the file was opened was written after its end was compared, if it had to be.
      claim: () => this.#claim({ fileId }),
      flushed: rules.flushed,
      failed: (error) => this.#fail(error),
    });
    this.#hash = new PartHash(machinery, handle.fd, () => this.#written);
    this.#target = {
      file: new DirectFile(handle.fd, machinery.mounts),
      share: new SlotShare(machinery.pool, SLOTS_AHEAD, LARGE_UP_TO),
      offer: (position, slot, start, end) => this.#offer(position, slot, start, end),
      wrote: (start, end) => this.#wrote(start, end),
      failed: (error) => this.#fail(error),
      brake: () => this.#flush.brake(),
    };
    this.#setWritten(ledger.done);
    this.#seams = ledger.seams;
  }

  /** Begins with nothing; what lies there goes. */
  static async begin(path: string, ledger: Ledger, rules: PartRules): Promise<PartFile> {
    return new PartFile(path, await createPart(path, ledger, rules.confirm), rules);
  }

  /** Goes on with what the ledger claims. Null if the bytes it claims are not there. See `reopenPart`. */
  static async resume(
    path: string,
    ledger: Ledger,
    rules: PartRules,
    overlapBytes: number,
  ): Promise<PartFile | null> {
    const opened = await reopenPart(path, ledger, overlapBytes);
    return opened === null ? null : new PartFile(path, opened, rules);
  }

  get ledger(): Ledger {
    return this.#ledger;
  }

  /** Bytes written so far, holes left out. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** Bytes that have come so far over all connections, also those that are still to be written. */
  get bytesCome(): number {
    let bytes = this.#bytesWritten;
    for (const sink of this.#sinks.keys()) bytes += sink.pending;
    return bytes;
  }

  /** Where bytes of two answers may meet; null if nobody knows any more. */
  get seams(): Seams {
    return this.#seams;
  }

  get written(): readonly ByteRange[] {
    return this.#written;
  }

  /** Hashes what was written so far and whatever comes, behind the writes. Until then `hash` is null. */
  startHash(algorithm: ChecksumAlgorithm): void {
    this.#hash.start(algorithm);
    this.#hashMayCome = false;
  }

  get hash(): PartHash["current"] {
    return this.#hash.current;
  }

  /** Whether a hash is looked for elsewhere: what is written meanwhile will be read back if it is found. */
  expectHash(may: boolean): void {
    this.#hashMayCome = may;
  }

  /** The hash of all that is written; null if the signal aborted. */
  digest(signal: AbortSignal): Promise<string | null> {
    return this.#hash.digest(signal);
  }

  /**
   * A body comes: where its bytes go. `finish` has to be called however it ends.
   *
   * @param leave called when the body is of no use any more: the disk is in trouble, or the file is closed
   */
  receive(range: SinkRange, leave: () => void): FileSink {
    const trouble = this.#sync.failed ?? this.#trouble;
    if (trouble !== null) throw trouble.error;
    const sink = new FileSink(this.#target, range);
    this.#seams = addSeam(this.#seams, range.position);
    this.#target.share.join();
    this.#sinks.set(sink, leave);
    this.#timer ??= setInterval(() => void this.#flushSinks(), this.#rules.flushEveryMs);
    return sink;
  }

  /**
   * A body is over. Resolves when what came of it is written.
   *
   * @param isWhole whether its end was seen; else the last byte of the file stays open, as while an answer is (`claimable`)
   */
  async finish(sink: FileSink, isWhole: boolean): Promise<SinkEnd> {
    const end = await sink.finish();
    if (!this.#sinks.has(sink)) return end;
    const size = this.#ledger.facts.size ?? Infinity;
    // Before the sink is gone: from then on everything that is written may be claimed.
    if (!isWhole && sink.position >= size) {
      this.#setWritten(clipRanges(this.#written, size - 1));
      this.#hash.disowned();
    }
    this.#sinks.delete(sink);
    this.#target.share.leave();
    if (this.#sinks.size > 0) return end;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    this.#whenLeft();
    return end;
  }

  /** Writes what has come so far, without claiming it. */
  async writeOut(): Promise<void> {
    await Promise.all(Array.from(this.#sinks.keys(), (sink) => sink.flush()));
  }

  async #flushSinks(): Promise<void> {
    await this.writeOut();
    await this.#flush.behind();
  }

  #offer(position: number, slot: Slot, start: number, end: number): boolean {
    const hashed = this.#hash.offer(position, slot, start, end);
    const isReadBack = this.hash === null ? this.#hashMayCome : !hashed;
    const outlook = { size: this.#ledger.facts.size, isHeldUp: this.#flush.isHeldUp };
    return !isReadBack && goesDirect(this.#rules.directIo, outlook);
  }

  #wrote(start: number, end: number): void {
    this.#setWritten(addRange(this.#written, [start, end]));
    this.#hash.wrote();
    this.#flush.wrote(end - start);
  }

  #setWritten(ranges: readonly ByteRange[]): void {
    this.#written = ranges;
    this.#bytesWritten = countBytes(ranges);
  }

  #fail(error: unknown): void {
    this.#trouble ??= { error };
    for (const [sink, leave] of this.#sinks) {
      sink.fail(error);
      leave();
    }
  }

  /** Syncs what is written, then claims it. */
  flush(): Promise<void> {
    return this.#flush.flush();
  }

  /** The ledger never claims more than was written before the sync began. */
  async #claim(more: Partial<Omit<Ledger, "done">>): Promise<void> {
    const done = claimable(this.#written, this.#ledger.facts.size, this.#sinks.size > 0);
    this.#flush.owe(this.#bytesWritten - countBytes(done));
    await this.#sync.data();
    const ledger = { ...this.#ledger, ...more, done, seams: this.#seams };
    await this.#rules.confirm();
    await writeLedger(this.#path, ledger, false);
    this.#ledger = ledger;
  }

  /** More is known now of what the bytes are. */
  learn(more: Partial<Omit<Ledger, "done">>): Promise<void> {
    return this.#flush.inTurn(() => this.#flush.claiming(() => this.#claim(more)));
  }

  /** Takes back a range that turned out not to be what it was taken for. */
  disown(range: ByteRange): Promise<void> {
    return this.#flush.inTurn(async () => {
      await this.#rules.confirm();
      this.#setWritten(removeRange(this.#written, range));
      this.#hash.disowned();
      const ledger = { ...this.#ledger, done: removeRange(this.#ledger.done, range) };
      await writeLedger(this.#path, ledger, true);
      this.#ledger = ledger;
    });
  }

  read(offset: number, length: number): Promise<Buffer> {
    return readFully(this.#handle, offset, length);
  }

  /** Length of the file as it is on the disk. */
  async lengthOnDisk(): Promise<number> {
    return (await this.#handle.stat()).size;
  }

  /** Whether the name of the partial still leads to the file that is being written. */
  isNamed(): Promise<boolean> {
    return isStillNamed(this.#path, this.#handle);
  }

  /** Everything on the disk, names included. */
  async sync(): Promise<void> {
    await this.flush();
    await this.#sync.all();
    await syncFolder(dirname(this.#path));
  }

  /** Gives back the end of what was written and not claimed: room for the ledger that claims the rest. */
  async giveBack(bytes: number): Promise<void> {
    const end = this.#written.at(-1)?.[1] ?? 0;
    const keep = Math.max(this.#ledger.done.at(-1)?.[1] ?? 0, end - bytes);
    this.#setWritten(clipRanges(this.#written, keep));
    await this.#handle.truncate(keep);
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Lets go of the file; what was not flushed is not claimed. Whoever still receives is made to leave first. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const left = new Promise<void>((resolve) => (this.#whenLeft = resolve));
    for (const leave of this.#sinks.values()) leave();
    if (this.#sinks.size > 0) await left;
    try {
      await this.#flush.inTurn(async () => {});
      await this.#hash.close();
    } finally {
      this.#target.file.close();
      await this.#handle.close();
    }
  }
}
