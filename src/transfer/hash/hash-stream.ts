/** One hash of a ring: takes pieces of memory and of files, in the order the bytes have. */
import type { ChecksumAlgorithm } from "../../job/job.ts";
import type { Slot, SlotPool } from "../disk/slot-pool.ts";

export type DigestOutcome =
  /** Lower-case hexadecimal. */
  | { kind: "digest"; hex: string }
  /** A file could not be read (its errno), the worker is gone (`broken`), or it was given up (`closed`). */
  | { kind: "failed"; code: string; message: string };

export type Work =
  | { kind: "open"; algorithm: ChecksumAlgorithm }
  | { kind: "slot"; slot: Slot; start: number; end: number }
  | { kind: "file"; fd: number; position: number; bytes: number }
  | { kind: "digest" }
  | { kind: "drop" };

/** What a stream asks of its ring. */
export interface RingSide {
  readonly pool: SlotPool;
  /** There is new work. */
  pump(): void;
  /** Nothing more comes of this stream. */
  forget(): void;
}

/** So much of a file is one command: about a millisecond of SHA-256. Bytes. */
const FILE_PIECE_BYTES = 2 * 1024 * 1024;
/** So many of them may be under way: one at work, one to follow. Others' bytes wait no longer than for these. */
const FILE_PIECES_UNDER_WAY = 2;

export class HashStream {
  readonly #ring: RingSide;
  /** What the worker has not been given yet. */
  #backlog: Work[];
  #underWay = 0;
  #filesUnderWay = 0;
  #bytesHashed = 0;
  #outcome: DigestOutcome | null = null;
  #settle: (outcome: DigestOutcome) => void = () => {};
  #whenIdle: (() => void)[] = [];

  constructor(ring: RingSide, algorithm: ChecksumAlgorithm) {
    this.#ring = ring;
    this.#backlog = [{ kind: "open", algorithm }];
  }

  /** Bytes the worker has hashed, of which the digest will be. */
  get bytesHashed(): number {
    return this.#bytesHashed;
  }

  /** Whether bytes of files have to be read before those that are given next. */
  get isReading(): boolean {
    return this.#filesUnderWay > 0 || this.#backlog.some(({ kind }) => kind === "file");
  }

  /** The next bytes lie in a slot from `start` to `end`. It is held until they are hashed; they must not change. */
  slot(slot: Slot, start: number, end: number): void {
    if (this.#outcome !== null || start === end) return;
    this.#ring.pool.hold(slot);
    this.#push({ kind: "slot", slot, start, end });
  }

  /** The next bytes are in a file: written already, and `fd` stays open until they are hashed. */
  file(fd: number, position: number, bytes: number): void {
    if (this.#outcome !== null || bytes === 0) return;
    const last = this.#backlog.at(-1);
    if (last?.kind === "file" && last.fd === fd && last.position + last.bytes === position)
      last.bytes += bytes;
    else this.#push({ kind: "file", fd, position, bytes });
  }

  /** The hash of all the bytes given. The last call. */
  digest(): Promise<DigestOutcome> {
    if (this.#outcome !== null) return Promise.resolve(this.#outcome);
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#push({ kind: "digest" });
    });
  }

  /** Gives up. Resolves when the worker is done with what it had of it: slots and files are free then. */
  async close(): Promise<void> {
    if (this.#outcome === null) {
      this.#outcome = { kind: "failed", code: "closed", message: "the hash was given up" };
      this.#clear();
      this.#push({ kind: "drop" });
      this.#settle(this.#outcome);
    }
    if (this.#underWay > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** For the ring: the next piece of work for the worker, or null. */
  next(): Work | null {
    const [work] = this.#backlog;
    if (work === undefined) return null;
    if (work.kind === "file" && this.#filesUnderWay === FILE_PIECES_UNDER_WAY) return null;
    this.#underWay++;
    if (work.kind === "file") this.#filesUnderWay++;
    if (work.kind !== "file" || work.bytes <= FILE_PIECE_BYTES) {
      this.#backlog.shift();
      return work;
    }
    const { fd, position, bytes } = work;
    this.#backlog[0] = {
      kind: "file",
      fd,
      position: position + FILE_PIECE_BYTES,
      bytes: bytes - FILE_PIECE_BYTES,
    };
    return { kind: "file", fd, position, bytes: FILE_PIECE_BYTES };
  }

  /** For the ring: the worker is done with a piece of work, or will never be. */
  done(work: Work): void {
    this.#underWay--;
    if (work.kind === "slot") {
      this.#bytesHashed += work.end - work.start;
      this.#ring.pool.release(work.slot);
    } else if (work.kind === "file") {
      this.#filesUnderWay--;
      this.#bytesHashed += work.bytes;
    } else if (work.kind === "drop") {
      this.#ring.forget();
    }
    if (this.#underWay > 0) return;
    for (const wake of this.#whenIdle.splice(0)) wake();
  }

  /** For the ring: there is an outcome, good or bad; the first one counts. */
  end(outcome: DigestOutcome): void {
    if (this.#outcome !== null) return;
    this.#outcome = outcome;
    this.#clear();
    this.#ring.forget();
    this.#settle(outcome);
  }

  #push(work: Work): void {
    this.#backlog.push(work);
    this.#ring.pump();
  }

  #clear(): void {
    for (const work of this.#backlog.splice(0)) if (work.kind === "slot") this.#ring.pool.release(work.slot);
  }
}
