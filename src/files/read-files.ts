/** Reads the files nobody has read, one at a time, when there is nothing more important to do. */
import { basename, dirname, join } from "node:path";
import type { Clock } from "../job/clock.ts";
import { isSameContent, modifiedAt } from "../job/file-stamp.ts";
import type { FileRecord, FileStore } from "../job/file-store-contract.ts";
import type { FileThread } from "./file-thread.ts";
import type { InTurn } from "./in-turn.ts";
import type { HashAnswer } from "./worker-messages.ts";

/** A file that was written to since may be on its way still. */
const SETTLED_MS = 10_000;
/** After each piece it rests as long as the piece took: half of a disk is left to others. */
const REST_RATIO = 1;
/** Files asked of the store at a time. */
const BATCH = 32;
/** Whether it may go on is looked at this often. */
const HEED_MS = 500;

export interface ReaderParts {
  store: FileStore;
  thread: FileThread;
  clock: Clock;
  /** Downloads come in at speed. */
  inTurn: InTurn;
  isBusy: () => boolean;
  /** Told of each file that was read. */
  wasRead: (record: FileRecord) => void;
  log: { warn(facts: object, message: string): void };
}

export class FileReader {
  readonly #parts: ReaderParts;
  /** Files that cannot be read, by what they were then: they are not tried again and again. */
  readonly #hopeless = new Map<string, string>();
  #reading: string | null = null;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  get reading(): string | null {
    return this.#reading;
  }

  /** One round through all of them. Answers when there may be more: null for when something has changed. */
  async round(signal: AbortSignal): Promise<number | null> {
    const { store, clock } = this.#parts;
    let after: FileRecord | null = null;
    let dueAt: number | null = null;
    for (;;) {
      const batch: FileRecord[] = await store.unread(after, BATCH);
      for (const record of batch) {
        if (signal.aborted) return null;
        const settledAt = modifiedAt(record) + SETTLED_MS;
        const now = clock.now();
        // A time that lies far ahead is wrong, and nothing to wait for.
        if (settledAt > now && settledAt - now <= SETTLED_MS) dueAt = Math.min(dueAt ?? Infinity, settledAt);
        else await this.#read(record, signal);
      }
      after = batch.at(-1) ?? null;
      if (batch.length < BATCH) return dueAt;
    }
  }

  async #read(record: FileRecord, signal: AbortSignal): Promise<void> {
    const { thread, log } = this.#parts;
    const path = join(record.folder, record.name);
    if (this.#hopeless.get(path) === record.mtimeNs || record.size < 0) return;
    await this.#quiet(signal);
    if (signal.aborted) return;
    this.#reading = path;
    const heed = setInterval(() => thread.pause(this.#parts.isBusy()), HEED_MS);
    try {
      const request = { kind: "hash", path, algorithm: "sha256", restRatio: REST_RATIO } as const;
      const answer = await thread.hash(request, signal);
      if (answer.kind === "failed") {
        this.#hopeless.set(path, record.mtimeNs);
        log.warn({ file: path, code: answer.code }, "a file could not be read for its hash");
      }
      await this.#keep(record, answer);
    } finally {
      clearInterval(heed);
      this.#reading = null;
    }
  }

  /** Of what it was before it was read nothing may be left: the record may have changed meanwhile, too. */
  async #keep({ folder, name }: FileRecord, answer: HashAnswer): Promise<void> {
    if (answer.kind !== "hashed") return;
    const { store, wasRead, inTurn } = this.#parts;
    const kept = await inTurn(async () => {
      const now = await store.get({ folder, name });
      if (now === null) return null;
      const same = isSameContent(now, answer.stamp);
      const read: FileRecord = {
        ...now,
        ...answer.stamp,
        sha256: answer.hex,
        isSure: true,
        origin: same ? now.origin : null,
        check: same ? now.check : null,
      };
      await store.save([read]);
      return read;
    });
    if (kept !== null) wasRead(kept);
  }

  async #quiet(signal: AbortSignal): Promise<void> {
    const { clock, isBusy } = this.#parts;
    while (isBusy() && !signal.aborted) await clock.sleep(HEED_MS, signal);
    this.#parts.thread.pause(false);
  }
}

export function placeOf(path: string): { folder: string; name: string } {
  return { folder: dirname(path), name: basename(path) };
}
