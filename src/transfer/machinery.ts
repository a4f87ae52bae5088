/** What all bodies of one transfer go through: memory, the worker that hashes, what is known of the disks. */
import type { ChecksumAlgorithm } from "../job/job.ts";
import { DirectMounts } from "./disk/direct-file.ts";
import { SlotPool } from "./disk/slot-pool.ts";
import { HashRing } from "./hash/hash-ring.ts";
import type { HashStream } from "./hash/hash-stream.ts";
import { SmallFiles } from "./small/small-files.ts";

const KiB = 1024;

/** One read from a socket, one write to the disk, one piece for the hash. 64 connections hold one each. */
const SLOT_BYTES = 256 * KiB;
/** In a row they are a large one, 1 MiB: past the page cache that takes a third less processor time. */
const LARGE = 4;
/**
 * All the memory that bodies may take, 48 MiB: as many connections as that receive at a time, more take turns.
 * What was never needed is never touched, so one connection takes a few MiB.
 */
const SLOTS = 192;

/** Made when it is first needed: most commands need none of it. */
export class Machinery {
  /** Which file systems refuse O_DIRECT. */
  readonly mounts = new DirectMounts();
  readonly small = new SmallFiles(this);
  #pool: SlotPool | null = null;
  #ring: HashRing | null = null;

  /** Memory that bodies are received into. */
  get pool(): SlotPool {
    return (this.#pool ??= new SlotPool({ slots: SLOTS, slotBytes: SLOT_BYTES, large: LARGE }));
  }

  /** Begins a hash of what goes through the slots of the pool, or of files. */
  openHash(algorithm: ChecksumAlgorithm): HashStream {
    // A worker that was lost took the hashes of its time with it; the next ones get another.
    if (this.#ring?.isBroken === true) this.#ring = null;
    this.#ring ??= new HashRing(this.pool);
    return this.#ring.open(algorithm);
  }

  /** Ends the worker. Nothing may be hashed any more. */
  async close(): Promise<void> {
    await this.#ring?.close();
  }
}
