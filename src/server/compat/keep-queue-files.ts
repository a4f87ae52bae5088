/**
 * `download_queue.json` and `download_status.json`: show old system C's programs what `/downloads/status` shows, take
 * up what they append, and take an old pair over.
 */
import { join } from "node:path";
import { isStoreUnreachable } from "../../job/store-contract.ts";
import { keepFollowing } from "../../engine/keep-following.ts";
import type { ServerParts } from "../parts.ts";
import type { DownloadBook, DownloadJob } from "./download-book.ts";
import { textOfList } from "./entries-text.ts";
import { importEntry } from "./import-entry.ts";
import { MirrorFile } from "./mirror-file.ts";
import { shorten, tellLeft, toText, touchOnChange } from "./mirror-words.ts";
import {
  idOf,
  isForgotten,
  isOurs,
  parseList,
  readQueueEntry,
  readStatusEntry,
  toQueueEntry,
  toStatusEntry,
} from "./queue-entry.ts";

const QUEUE_FILE = "download_queue.json";
const STATUS_FILE = "download_status.json";
const IMPORTED = `imported:${QUEUE_FILE}`;
const LEFT = `entries:${QUEUE_FILE}`;

type Parts = Pick<
  ServerParts,
  "engine" | "planner" | "hosts" | "facts" | "problems" | "clock" | "logger" | "settings"
>;

export interface QueueFiles {
  close(): Promise<void>;
}

export async function keepQueueFiles(parts: Parts, book: DownloadBook): Promise<QueueFiles> {
  const { engine, facts, logger } = parts;
  let isFirst = (await facts.getFact(IMPORTED)) === null;
  // What this server wrote is known to the store, or was removed from it; but a new store knows nothing.
  const isForeign = (entry: unknown): boolean => isFirst || !isOurs(entry);
  const status = openMirror(STATUS_FILE, toStatusEntry, isForeign, parts, book);
  // Wakes the import: there may be something new.
  let arrived = Promise.withResolvers<void>();
  const queue = openMirror(QUEUE_FILE, toQueueEntry, isForeign, parts, book, () => arrived.resolve());
  const stopping = new AbortController();
  stopping.signal.addEventListener("abort", () => arrived.resolve());
  // The status first: the queue is read in its light.
  await status.mirror.open();
  await queue.mirror.open();
  const importer = new Importer(queue, status, parts);
  const complain = (error: unknown): void =>
    logger.error(
      { err: error },
      `${QUEUE_FILE} and ${STATUS_FILE} could not be kept up to date; it is tried again`,
    );
  const work = Promise.all([
    keepFollowing(importAll, stopping.signal, complain),
    keepFollowing(
      (signal) => touchOnChange([queue.mirror, status.mirror], engine, signal),
      stopping.signal,
      complain,
    ),
    keepFollowing((signal) => book.follow(signal), stopping.signal, complain),
  ]);
  for (const { mirror } of [queue, status]) mirror.touch();
  return {
    async close() {
      stopping.abort();
      await work;
      await queue.mirror.close();
      await status.mirror.close();
    },
  };

  /** Begun anew after the store was away, with what is left of the file. */
  async function importAll(signal: AbortSignal): Promise<void> {
    if (isFirst) await importer.takeOver(signal);
    isFirst = false;
    while (!signal.aborted) {
      arrived = Promise.withResolvers();
      await importer.takeUp(false, signal);
      // Woken by what came while it was at work, too: the promise was made before.
      if (!signal.aborted) await arrived.promise;
    }
  }
}

interface Kept {
  mirror: MirrorFile;
  /** Entries that are not the store's: carried along, so that the file never holds less than it did. */
  foreign: unknown[];
}

function openMirror(
  file: string,
  toEntry: (job: DownloadJob["job"], host: DownloadJob["host"]) => object,
  isForeign: (entry: unknown) => boolean,
  { clock, problems, settings }: Parts,
  book: DownloadBook,
  tookIn: () => void = () => {},
): Kept {
  const kept: Kept = {
    foreign: [],
    mirror: new MirrorFile({
      path: join(settings.downloadsDir, file),
      clock,
      problems,
      watched: true,
      empty: toText([]),
      render: async () => {
        const jobs = await book.collect();
        const known = new Set(jobs.map(({ job }) => job.id));
        kept.foreign = kept.foreign.filter(
          (entry) => !known.has(idOf(entry) ?? "") && !isForgotten(entry, clock.now(), settings.retentionMs),
        );
        return textOfList(entriesOf(jobs, toEntry, kept.foreign));
      },
      takeIn: (text) => {
        const entries = parseList(text);
        if ("refusal" in entries) return entries.refusal;
        kept.foreign = entries.filter(isForeign);
        tookIn();
        return null;
      },
    }),
  };
  return kept;
}

/** One after the other: each is made when it is written. */
function* entriesOf(
  jobs: readonly DownloadJob[],
  toEntry: (job: DownloadJob["job"], host: DownloadJob["host"]) => object,
  foreign: readonly unknown[],
): Generator {
  for (const { job, host } of jobs) yield toEntry(job, host);
  yield* foreign;
}

/** An entry that stays, and why; null: there is nothing to be said about it. */
interface Left {
  why: string | null;
}

/** Takes entries of the queue file over, in their order. */
class Importer {
  readonly #queue: Kept;
  readonly #status: Kept;
  readonly #parts: Parts;
  /** By the entry as JSON: what was looked at once is not looked at again. */
  readonly #left = new Map<string, Left["why"]>();

  constructor(queue: Kept, status: Kept, parts: Parts) {
    this.#queue = queue;
    this.#status = status;
    this.#parts = parts;
  }

  /** What an old system has left, once. */
  async takeOver(signal: AbortSignal): Promise<void> {
    const { facts, clock, logger } = this.#parts;
    const found = this.#queue.foreign.length;
    await this.takeUp(true, signal);
    // Cut short: what is left is for the next start.
    if (signal.aborted) return;
    if (found > 0) logger.info({ found, left: this.#left.size }, `took over an old ${QUEUE_FILE}`);
    // Only once the files say so too: else a crash in between would leave entries that nobody owns.
    const flushed = await Promise.all([this.#queue.mirror.flush(), this.#status.mirror.flush()]);
    if (flushed.every(Boolean)) await facts.setFact(IMPORTED, new Date(clock.now()).toISOString());
  }

  /** What is there and was not looked at. */
  async takeUp(isFirst: boolean, signal: AbortSignal): Promise<void> {
    const entries = this.#queue.foreign;
    const present = new Set(entries.map((entry) => JSON.stringify(entry)));
    for (const key of this.#left.keys()) if (!present.has(key)) this.#left.delete(key);
    for (const entry of entries) {
      if (signal.aborted) return;
      const key = JSON.stringify(entry);
      if (this.#left.has(key)) continue;
      const left = await this.#takeOne(entry, isFirst);
      if (left !== null) this.#left.set(key, left.why);
      for (const { mirror } of [this.#queue, this.#status]) mirror.touch();
    }
    this.#tell();
  }

  /** Null: the store has it now. */
  async #takeOne(value: unknown, isFirst: boolean): Promise<Left | null> {
    const { clock, settings, logger } = this.#parts;
    if (isForgotten(value, clock.now(), settings.retentionMs)) return { why: null };
    const entry = readQueueEntry(value);
    if ("refusal" in entry) return { why: `${nameOf(value)}: ${entry.refusal}` };
    const told = isFirst ? this.#toldOf(entry.id) : null;
    try {
      const outcome = await importEntry(entry, told, isFirst, this.#parts);
      if (outcome.kind === "refused") return { why: `${nameOf(value)}: ${shorten(outcome.why)}` };
      return outcome.kind === "taken" ? null : { why: null };
    } catch (error) {
      // It says nothing about the entry, which has its turn when the store is back.
      if (isStoreUnreachable(error)) throw error;
      logger.error({ err: error, jobId: entry.id }, `an entry of ${QUEUE_FILE} could not be taken over`);
      return { why: `${nameOf(value)}: an error that nobody expected, the log has it` };
    }
  }

  #toldOf(id: string): ReturnType<typeof readStatusEntry> {
    const told = this.#status.foreign.find((entry) => idOf(entry) === id);
    return told === undefined ? null : readStatusEntry(told);
  }

  #tell(): void {
    const { problems } = this.#parts;
    const left = [...this.#left.values()].filter((why) => why !== null);
    if (left.length === 0) problems.settle(LEFT);
    else
      problems.report(LEFT, {
        code: "entries_not_imported",
        message: tellLeft(`Entries of ${QUEUE_FILE}`, left),
      });
  }
}

function nameOf(value: unknown): string {
  return shorten(idOf(value) ?? "an entry without an id");
}
