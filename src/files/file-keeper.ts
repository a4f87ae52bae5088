/** The index of files: what it answers, and what keeps it true. */
import { join } from "node:path";
import type { Clock } from "../job/clock.ts";
import type { FileIndex, IndexedFile } from "../job/file-index-contract.ts";
import type { FileKeeper, IndexState } from "../job/file-keeper-contract.ts";
import type { FileStamp } from "../job/file-stamp.ts";
import { isSameContent, modifiedAt } from "../job/file-stamp.ts";
import type { FilePlace, FileRecord, FileStore } from "../job/file-store-contract.ts";
import type { Checksum, Job } from "../job/job.ts";
import type { FindDonors } from "../job/transfer-contract.ts";
import { Bell } from "./bell.ts";
import { FileThread } from "./file-thread.ts";
import { createDonors } from "./find-donors.ts";
import { createTurns } from "./in-turn.ts";
import { lookAtPath } from "./look-at-path.ts";
import { recordOfJob } from "./record-of-job.ts";
import { FileReader, placeOf } from "./read-files.ts";
import { FolderWalk } from "./walk-folders.ts";

/** Folders are asked this often whether they were changed. */
const LOOK_MS = 15_000;
/** All files are looked at this often: one that is written into changes no folder. */
const WALK_MS = 60 * 60_000;
/** A disk or a store that is in trouble is left alone for a while. */
const TROUBLE_MS = 30_000;
/** Downloads at this speed or more have the disk for themselves. Bytes per second. */
const BUSY_RATE = 4 * 1024 * 1024;
/** Speeds are told twice a second; one that is older says nothing any more. */
const TRAFFIC_FRESH_MS = 2_000;
/** Files of one hash or size that are looked at; more copies help nobody. */
const MOST_ALIKE = 32;

export interface KeeperParts {
  store: FileStore;
  /** Absolute folders; asked again and again: they may change. */
  roots: () => Promise<readonly string[]>;
  clock: Clock;
  log: { warn(facts: object, message: string): void };
}

export function createFileKeeper(parts: KeeperParts): FileKeeper {
  return new Keeper(parts);
}

class Keeper implements FileKeeper {
  readonly #parts: KeeperParts;
  /** For folders. */
  readonly #walker = new FileThread();
  /** For what nobody waits for. */
  readonly #background = new FileThread();
  /** For what somebody does. */
  readonly #urgent = new FileThread();
  readonly #walk: FolderWalk;
  readonly #reader: FileReader;
  readonly #stopped = new AbortController();
  readonly #inTurn = createTurns();
  readonly donors: FindDonors;
  #traffic = { bytesPerSecond: 0, at: 0 };
  /** There is something to look at again. */
  readonly #walkBell = new Bell();
  /** There may be something to read. */
  readonly #readBell = new Bell();
  #work: Promise<unknown> = Promise.resolve();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    const { store, clock, log, roots } = parts;
    this.donors = createDonors({
      store,
      read: (path, algorithm, signal) => this.#read(path, { algorithm }, signal),
    });
    this.#walk = new FolderWalk({ store, clock, roots, thread: this.#walker, inTurn: this.#inTurn });
    this.#reader = new FileReader({
      store,
      clock,
      log,
      thread: this.#background,
      inTurn: this.#inTurn,
      isBusy: () => this.#isBusy(),
      wasRead: ({ folder, size }) => this.#walk.noteRead(folder, size),
    });
  }

  start(): void {
    this.#work = Promise.all([this.#keepWalking(), this.#keepReading()]);
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    this.#walkBell.ring();
    this.#readBell.ring();
    await Promise.all([this.#walker.close(), this.#background.close(), this.#urgent.close()]);
    await this.#work;
  }

  state(): IndexState {
    const { roots, isComplete, troubles } = this.#walk;
    return { roots, isComplete, troubles, reading: this.#reader.reading };
  }

  folders(): ReturnType<FileKeeper["folders"]> {
    return this.#walk.folders();
  }

  async find({ sha256, size = null }: Parameters<FileIndex["find"]>[0]): Promise<IndexedFile[]> {
    const found = await this.#parts.store.byHash(sha256.toLowerCase(), MOST_ALIKE);
    const files: IndexedFile[] = [];
    for (const record of found) {
      if (size !== null && record.size !== size) continue;
      const path = join(record.folder, record.name);
      const stamp = await lookAtPath(path);
      if (stamp !== null && isSameContent(stamp, record)) files.push(toIndexed(path, stamp, record));
      else this.lookAgain(record.folder);
    }
    return files;
  }

  async describe(path: string): Promise<IndexedFile | null> {
    const stamp = await lookAtPath(path);
    return stamp === null ? null : toIndexed(path, stamp, await this.#parts.store.get(placeOf(path)));
  }

  async hashNow(path: string, signal: AbortSignal): Promise<string | null> {
    const known = await this.describe(path);
    if (known === null || known.sha256 !== null) return known?.sha256 ?? null;
    return (await this.#read(path, { algorithm: "sha256" }, signal))?.hex ?? null;
  }

  async list(query: Parameters<FileIndex["list"]>[0]): ReturnType<FileIndex["list"]> {
    const { files, next } = await this.records(query);
    const seen: IndexedFile[] = [];
    for (const record of files) {
      const path = join(record.folder, record.name);
      const stamp = await lookAtPath(path);
      if (stamp !== null) seen.push(toIndexed(path, stamp, record));
    }
    return { files: seen, next };
  }

  async records({
    under,
    after,
    limit,
  }: Parameters<FileKeeper["records"]>[0]): ReturnType<FileKeeper["records"]> {
    const files = await this.#parts.store.page({
      under,
      after: after === null ? null : placeOf(after),
      limit,
    });
    const last = files.at(-1);
    return { files, next: files.length < limit || last === undefined ? null : join(last.folder, last.name) };
  }

  recordOf(place: FilePlace): Promise<FileRecord | null> {
    return this.#parts.store.get(place);
  }

  async noteJob(job: Job): Promise<void> {
    if (job.destination === null) return;
    const place = placeOf(job.destination);
    if (!(await this.#walk.includes(place.folder))) return;
    const path = job.destination;
    const { store } = this.#parts;
    const isThere = await this.#inTurn(async () => {
      const stamp = await lookAtPath(path);
      if (stamp === null) return false;
      const record = recordOfJob(job, place, stamp, await store.get(place));
      if (record !== null) await store.save([record]);
      return true;
    });
    if (isThere) this.lookAgain(place.folder);
  }

  noteTraffic(bytesPerSecond: number): void {
    this.#traffic = { bytesPerSecond, at: performance.now() };
  }

  lookAgain(folder: string): void {
    this.#walk.lookAgain(folder);
    this.#walkBell.ring();
  }

  async verify(path: string, expected: Checksum, signal: AbortSignal): Promise<FileRecord | null> {
    const { algorithm, hex, origin } = expected;
    if (algorithm === "blake3") return null;
    const read = await this.#read(path, { algorithm }, signal);
    if (read === null) return null;
    const { store, clock } = this.#parts;
    return this.#inTurn(async () => {
      const record = await store.get(placeOf(path));
      if (record === null || !isSameContent(record, read.stamp)) return null;
      const verdict = read.hex === hex.toLowerCase() ? "right" : "wrong";
      const checked: FileRecord = {
        ...record,
        check: { at: clock.now(), verdict, expected: hex.toLowerCase(), origin },
      };
      await store.save([checked]);
      return checked;
    });
  }

  /** Reads a file somebody waits for, and writes down its SHA-256 if that is what was asked for. */
  async #read(
    path: string,
    { algorithm }: { algorithm: Exclude<Checksum["algorithm"], "blake3"> },
    signal: AbortSignal,
  ): Promise<{ hex: string; stamp: FileStamp } | null> {
    if (signal.aborted || this.#stopped.signal.aborted) return null;
    const answer = await this.#urgent.hash({ kind: "hash", path, algorithm, restRatio: 0 }, signal);
    if (answer.kind === "failed")
      this.#parts.log.warn({ file: path, code: answer.code }, "a file could not be read");
    if (answer.kind !== "hashed") return null;
    if (algorithm === "sha256") await this.#keepHash(path, answer.hex, answer.stamp);
    return answer;
  }

  /** Only of files the index has: of others it would never learn that they are gone. */
  async #keepHash(path: string, sha256: string, stamp: FileStamp): Promise<void> {
    const { store, clock } = this.#parts;
    const place = placeOf(path);
    if (!(await this.#walk.includes(place.folder))) return;
    const same = await this.#inTurn(async () => {
      const known = await store.get(place);
      const before = known !== null && isSameContent(known, stamp) ? known : null;
      const { foundAt = clock.now(), origin = null, check = null } = before ?? {};
      await store.save([{ ...place, ...stamp, sha256, isSure: true, foundAt, origin, check }]);
      return before;
    });
    if (same?.sha256 === null) this.#walk.noteRead(place.folder, stamp.size);
  }

  #isBusy(): boolean {
    const { bytesPerSecond, at } = this.#traffic;
    return bytesPerSecond >= BUSY_RATE && performance.now() - at < TRAFFIC_FRESH_MS;
  }

  async #keepWalking(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopped;
    let walkAt = 0;
    while (!signal.aborted) {
      const isDue = clock.now() >= walkAt;
      const isDone = await this.#try("the folders could not be looked through", async () => {
        const isNew = isDue ? await this.#walk.walk(signal).then(() => true) : await this.#walk.look(signal);
        if (isNew) this.#readBell.ring();
      });
      if (isDone && isDue) walkAt = clock.now() + WALK_MS;
      await this.#walkBell.wait(clock, isDone ? LOOK_MS : TROUBLE_MS);
    }
  }

  async #keepReading(): Promise<void> {
    const { clock } = this.#parts;
    const { signal } = this.#stopped;
    while (!signal.aborted) {
      let dueAt: number | null = null;
      const isDone = await this.#try("files could not be read for their hashes", async () => {
        dueAt = await this.#reader.round(signal);
      });
      const restMs = dueAt === null ? WALK_MS : Math.max(1, dueAt - clock.now());
      await this.#readBell.wait(clock, isDone ? restMs : TROUBLE_MS);
    }
  }

  async #try(complaint: string, work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!this.#stopped.signal.aborted)
        this.#parts.log.warn({ err: error }, `${complaint}; it is tried again`);
      return false;
    }
  }
}

function toIndexed(path: string, stamp: FileStamp, record: FileRecord | null): IndexedFile {
  const known = record !== null && isSameContent(record, stamp) ? record : null;
  return {
    path,
    size: stamp.size,
    modifiedAt: modifiedAt(stamp),
    sha256: known?.sha256 ?? null,
    origin: known?.origin ?? null,
  };
}
