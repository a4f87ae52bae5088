/** What all bodies of one transfer go through: memory, the worker that hashes, what is known of the disks. */
import type { ChecksumAlgorithm } from "../job/job.ts";
import { DirectMounts } from "./disk/direct-file.ts";
import type { SlotPoolSize } from "./disk/slot-pool.ts";
import { SlotPool } from "./disk/slot-pool.ts";
import { HashRing } from "./hash/hash-ring.ts";
import type { HashStream } from "./hash/hash-stream.ts";
import { SmallFiles } from "./small/small-files.ts";

/** Made when it is first needed: most commands need none of it. */
export class Machinery {
  /** Which file systems refuse O_DIRECT. */
  readonly mounts = new DirectMounts();
  readonly small = new SmallFiles(this);
  readonly #slots: SlotPoolSize;
  #pool: SlotPool | null = null;
  #ring: HashRing | null = null;

  constructor(slots: SlotPoolSize) {
    this.#slots = slots;
  }

  /** Memory that bodies are received into. */
  get pool(): SlotPool {
    return (this.#pool ??= new SlotPool(this.#slots));
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
