/** What the small files of a transfer share: what is known of the folders they go to, and who hashes. */
import { stat } from "node:fs/promises";
import type { ChecksumAlgorithm } from "../../job/job.ts";
import { createHasher } from "../hash/hasher.ts";
import type { Machinery } from "../machinery.ts";
import type { Gathered } from "./gathered.ts";
import { SmallFolder } from "./small-folder.ts";

/** So many bytes waiting for the worker are hashed sooner on this thread: both are at work then. */
const QUEUE_BYTES = 2 * 1024 * 1024;
/** Folders remembered at most: jobs of a server go to a few, a list may go anywhere. */
const MAX_FOLDERS = 64;

export class SmallFiles {
  readonly #machinery: Machinery;
  readonly #folders = new Map<string, SmallFolder>();
  #queued = 0;
  #atWork = 0;

  constructor(machinery: Machinery) {
    this.#machinery = machinery;
  }

  /** Whether several are at work. */
  get isBusy(): boolean {
    return this.#atWork > 1;
  }

  /** Counts it as one at work as long as it takes. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#atWork += 1;
    try {
      return await work();
    } finally {
      this.#atWork -= 1;
    }
  }

  /** Null if there is no such folder. The first look is by the thread pool: a disk that hangs holds up nobody else. */
  async folder(path: string): Promise<SmallFolder | null> {
    const known = this.#folders.get(path);
    if (known !== undefined) return known;
    const facts = await stat(path).catch(() => null);
    if (facts === null || !facts.isDirectory()) return null;
    const folder = this.#folders.get(path) ?? new SmallFolder(path);
    this.#folders.set(path, folder);
    const [oldest] = this.#folders.keys();
    if (this.#folders.size > MAX_FOLDERS && oldest !== undefined) this.#folders.delete(oldest);
    return folder;
  }

  /** It is gone, or was. */
  forget(path: string): void {
    this.#folders.delete(path);
  }

  /** Lower-case hexadecimal. */
  async digest(body: Gathered, algorithm: ChecksumAlgorithm): Promise<string> {
    if (this.#queued >= QUEUE_BYTES) return digestHere(body, algorithm);
    this.#queued += body.bytes;
    const stream = this.#machinery.openHash(algorithm);
    for (const [nth, piece] of body.pieces().entries()) {
      const slot = body.slots[nth];
      if (slot !== undefined) stream.slot(slot, 0, piece.length);
    }
    const outcome = await stream.digest();
    this.#queued -= body.bytes;
    // The worker may be lost; the bytes are not.
    return outcome.kind === "digest" ? outcome.hex : digestHere(body, algorithm);
  }
}

function digestHere(body: Gathered, algorithm: ChecksumAlgorithm): string {
  const hasher = createHasher(algorithm);
  for (const piece of body.pieces()) hasher.update(piece);
  return hasher.digest();
}
